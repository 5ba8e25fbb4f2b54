"""Names of files for applications: an identifier comes from the bank and may hold anything, so it is never a path."""

import hashlib

FNV_START, FNV_PRIME = 2166136261, 16777619
"""32-bit FNV-1a (Fowler, Noll, Vo; IETF draft-eastlake-fnv): short enough to stand in a page as well."""


def file_key(application_id: str) -> str:
    """Name of the files of one application: the first 16 hexadecimal digits of the SHA-256 of its identifier.

    >>> file_key("../A/1")
    'b16aaeefce050ade'
    """
    return hashlib.sha256(application_id.encode("utf8")).hexdigest()[:16]


def chunk_of(application_id: str, chunks: int) -> int:
    """Number of the file, of `chunks` from 0 on, that holds the memo of an application: FNV-1a of its UTF-8 bytes.

    `memo.js` beside the templates computes the same, so that a page finds a memo without a list of all of them.

    >>> chunk_of("A00047097", 91), chunk_of("申请", 91)
    (74, 27)
    """
    found = FNV_START
    for byte in application_id.encode("utf8"):
        found = ((found ^ byte) * FNV_PRIME) & 0xFFFFFFFF
    return found % chunks
