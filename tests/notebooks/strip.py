"""Take outputs and execution counts out of the notebooks named: `python -m tests.notebooks.strip FILE...`."""

import sys
from pathlib import Path

import nbformat


def strip(path: Path) -> bool:
    """Whether the notebook held outputs or counts; they are taken out of the file."""
    notebook = nbformat.read(path, as_version=4)
    found = False
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            cell.outputs, cell.execution_count, found = [], None, True
    if found:
        nbformat.write(notebook, path)
    return found


if __name__ == "__main__":
    changed = [name for name in sys.argv[1:] if strip(Path(name))]
    sys.exit(f"outputs taken out of {', '.join(changed)}; add the file again" if changed else 0)
