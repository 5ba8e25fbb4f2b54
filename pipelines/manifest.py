"""Step `manifest`: a finished run in; the SHA-256 of every file that a score or a memo depends on, out."""

from pathlib import Path

from pipelines.entry import run
from pipelines.files import write_json
from scoring.manifest import MANIFEST, ON_MEMOS, SEALED, digests


def main(folder: Path, manifest: Path) -> None:
    """Write manifest.json of the run in FOLDER into the folder MANIFEST."""
    write_json({"files": digests(folder, (*SEALED, *ON_MEMOS))}, manifest / MANIFEST.name)


if __name__ == "__main__":
    run(main)
