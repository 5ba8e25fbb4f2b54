"""Licences of all packages that constraints.txt locks, from what is installed: `python -m tests.licences` prints them.

Fails where a package has a licence out of the stated list. No network is needed.
"""

import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageMetadata, distributions
from pathlib import Path
from typing import NamedTuple

LOCKED = Path(__file__).parent.parent / "constraints.txt"
WORDS = {
    "MIT": r"mit(-0|-cmu)?( license)?",
    "BSD": r"bsd( license)?|bsd-[23]-clause|3-clause bsd license|0bsd",
    "Apache-2.0": r"apache( software)?( license)?([- ]2\.0)?|apache license 2\.0",
    "ISC": r"isc( license)?( \(iscl\))?",
    "PSF": r"python software foundation license|psf-2\.0",
    "MPL-2.0": r"mpl-2\.0|mozilla public license 2\.0 \(mpl 2\.0\)",
    "LGPL-3.0": r"lgpl-3\.0-only",
    "EPL": r"epl-2\.0|eplv1",
    "ZPL": r"zpl-2\.1|zope public license",
    "OFL-1.1": r"sil open font license 1\.1 \(ofl-1\.1\)",
    "Zlib": r"zlib",
    "CC0-1.0": r"cc0-1\.0",
}
"""Licences that may enter, each with what packages call it. All of them let the product be used and passed on; MPL, EPL
and LGPL ask that changes of the package itself be passed on too, and none of it is changed here."""
BY_NAME = {
    "grandalf": ("EPL", "GPL v2 or EPL v1, as one likes; DVC draws graphs with it"),
    "huey": ("MIT", "its metadata names none; the file LICENSE does"),
    "interpret-core": ("MIT", "its metadata names none; a challenger, not needed to score"),
    "asyncssh": ("EPL", "EPL 2.0 or GPL, as one likes; comes with DVC"),
    "pygit2": ("GPL-2.0 with linking exception", "the exception lets any program use it; comes with DVC"),
    "pyphen": ("MPL", "GPL, LGPL or MPL, as one likes; comes with WeasyPrint"),
    "skops": ("MIT", "its metadata says only that it is approved; the file LICENSE names it"),
}
"""Packages whose metadata do not say it in a word: the licence that is taken, and why it may enter."""


class Licence(NamedTuple):
    """What a package is under: `licence` is None where it is out of the list, `told` as its metadata say it."""

    package: str
    version: str
    licence: str | None
    told: str


def folded(name: str) -> str:
    """Name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path = LOCKED) -> list[str]:
    """Names of the packages that are locked."""
    lines = path.read_text(encoding="utf8").splitlines()
    return sorted({folded(line.partition("==")[0]) for line in lines if "==" in line})


def told_by(metadata: PackageMetadata) -> str:
    """What the metadata of a package say of its licence: the expression, else the classifiers, else the free text."""
    expression = metadata.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [str(line) for line in metadata.get_all("Classifier") or () if str(line).startswith("License ::")]
    named = [line.rpartition(" :: ")[2] for line in classifiers if not line.endswith("OSI Approved")]
    text = " ".join(str(metadata.get("License") or "").split())[:60]
    return " OR ".join(named) or text or "none"


def accepted(told: str) -> str | None:
    """The licences of an expression as WORDS names them; None where one that has to be kept is out of the list.

    >>> accepted("Apache-2.0 OR GPL-2.0-or-later"), accepted("MIT AND GPL-3.0-only"), accepted("(MIT)")
    ('Apache-2.0', None, 'MIT')
    """
    plain = re.sub(r"\s+WITH\s+LLVM-exception", "", told)
    if not re.search(r"\(\w+( \w+)* [\d.]+\)|\(ISCL\)|\(OFL", plain):
        plain = plain.strip("()")
    every = []
    for part in re.split(r"\s+AND\s+", plain):
        choices = [_known(choice.strip("() ") if " OR " in part else choice) for choice in re.split(r"\s+OR\s+", part)]
        if not any(choices):
            return None
        every.append(next(choice for choice in choices if choice))
    return " AND ".join(dict.fromkeys(every))


def _known(word: str) -> str | None:
    return next((name for name, form in WORDS.items() if re.fullmatch(form, word.strip().lower())), None)


def licences(names: Iterable[str]) -> list[Licence]:
    """Licences of those of the packages `names` that are installed, in their order."""
    there = {folded(found.metadata["Name"]): found for found in distributions()}
    found = []
    for name in names:
        if name in there:
            told = told_by(there[name].metadata)
            taken = BY_NAME[name][0] if name in BY_NAME else accepted(told)
            found.append(Licence(name, there[name].version, taken, told))
    return found


def main() -> int:
    """Print the list; exit code 0 when every licence is on it."""
    names = locked()
    found = licences(names)
    for each in found:
        why = f"  ({BY_NAME[each.package][1]})" if each.package in BY_NAME else ""
        sys.stdout.write(
            f"{each.package:<32} {each.version:<14} {each.licence or 'NOT ON THE LIST: ' + each.told}{why}\n"
        )
    there = {each.package for each in found}
    sys.stdout.write(f"{len(found)} of {len(names)} locked packages; not installed, so not looked at: ")
    sys.stdout.write(f"{', '.join(name for name in names if name not in there) or 'none'}\n")
    return 1 if any(each.licence is None for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
