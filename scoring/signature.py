"""Signatures of what a run leaves, by a key of the bank (Ed25519): who signed, and that nothing was changed since.

The only importer of cryptography. A file `<name>.sig` beside a signed one holds the signature as JSON. With a trusted
key, in the environment variable TRUSTED or by an option that sets it, whatever opens a run refuses one without a valid
signature by that key.
"""

import base64
import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from models.errors import ModelError

TRUSTED = "TECHCREDIT_TRUSTED_KEY"
"""Environment variable with the path of the public key (PEM) by which runs have to be signed; unset: no signature is
asked for."""
PURPOSE = b"techcredit signature 1\n"
"""Stands before what is signed, so that a signature made for something else is none of ours."""


PrivateKey = Ed25519PrivateKey


class SignatureError(ModelError):
    """A signature is missing or not valid, or a key cannot be used."""


class PasswordError(SignatureError):
    """A password is given as it is, which is wrong usage."""

    exit_code = 2


def signature_path(path: Path) -> Path:
    """File of the signature of the file `path`."""
    return path.with_name(path.name + ".sig")


def private_key(path: Path, password: str | None = None) -> PrivateKey:
    """The private key of a PEM file.

    Raises
    ------
    SignatureError
        When the file cannot be read, holds no Ed25519 key, or the password is missing or not the right one.
    """
    content = _content(path)
    try:
        found = load_pem_private_key(content, None if password is None else password.encode("utf8"))
    except TypeError as error:
        given = "it has a password: --password env:NAME or file:PATH" if password is None else "it has no password"
        message = f"wanted the private key in {path}; {given}"
        raise SignatureError(message) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"wanted an Ed25519 private key as PEM in {path}; it is none, or the password is another one"
        raise SignatureError(message) from error
    if not isinstance(found, Ed25519PrivateKey):
        message = f"wanted an Ed25519 private key in {path}; it is of another kind ({type(found).__name__})"
        raise SignatureError(message)
    return found


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a PEM file.

    Raises
    ------
    SignatureError
        When the file cannot be read or holds no Ed25519 key.
    """
    content = _content(path)
    try:
        found = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        message = f"wanted an Ed25519 public key as PEM in {path}; it is none"
        raise SignatureError(message) from error
    if not isinstance(found, Ed25519PublicKey):
        message = f"wanted an Ed25519 public key in {path}; it is of another kind ({type(found).__name__})"
        raise SignatureError(message)
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"wanted a key in {path}; it cannot be read ({error.strerror})"
        raise SignatureError(message) from error


def name_of(key: Ed25519PublicKey) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a public key, to tell keys apart."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign(path: Path, key: PrivateKey) -> Path:
    """Write the signature of the file `path` beside it, and give its path."""
    content = {
        "algorithm": "Ed25519",
        "key": name_of(key.public_key()),
        "signature": base64.b64encode(key.sign(_signed(path, path.read_bytes()))).decode("ascii"),
    }
    found = signature_path(path)
    part = found.with_name(found.name + ".part")
    part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf8")
    part.replace(found)
    return found


def _signed(path: Path, content: bytes) -> bytes:
    """What is signed: the name of the file stands before its content, so that no file passes for another one."""
    return PURPOSE + path.name.encode("utf8") + b"\n" + content


def trusted_key() -> Ed25519PublicKey | None:
    """The key by which runs have to be signed; None where the environment names none.

    Raises
    ------
    SignatureError
        When the environment names a key that cannot be used.
    """
    place = os.environ.get(TRUSTED)
    if place is None:
        return None
    if not place.strip():
        message = f"wanted the path of a public key in {TRUSTED}; it is empty"
        raise SignatureError(message)
    return public_key(Path(place))


def require_signed(path: Path, content: bytes) -> None:
    """Nothing, when no key has to be trusted, or `content`, just read from `path`, is signed by that key.

    Raises
    ------
    SignatureError
        When the signature is missing, cannot be read, is by another key, or is not of this content.
    """
    key = trusted_key()
    if key is None:
        return
    place, wanted = signature_path(path), f"wanted {path} signed by the trusted key {name_of(key)}"
    if not place.exists():
        message = f"{wanted}; {place} is not there. `techcredit sign` makes it"
        raise SignatureError(message)
    try:
        found = json.loads(place.read_text(encoding="utf8"))
        by, signature = str(found["key"]), base64.b64decode(found["signature"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{wanted}; {place} holds no signature"
        raise SignatureError(message) from error
    if by != name_of(key):
        message = f"{wanted}; it is signed by the key {by!r:.40}"
        raise SignatureError(message)
    try:
        key.verify(signature, _signed(path, content))
    except InvalidSignature as error:
        message = f"{wanted}; the signature does not fit: {path.name} was changed after it was signed"
        raise SignatureError(message) from error


def require_signer(key: PrivateKey | None, what: str) -> None:
    """Nothing, when something signed with this key, or without one, can be opened again here; `what` names it.

    Raises
    ------
    SignatureError
        When a key is trusted, and this is not the private one to it.
    """
    trusted = trusted_key()
    if trusted is not None and (key is None or name_of(key.public_key()) != name_of(trusted)):
        message = f"wanted --key with the private key to the trusted key {name_of(trusted)}: it has to sign {what}"
        raise SignatureError(message)
