"""The examples of the library's page run as they stand, in both languages."""

import doctest
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks


@pytest.mark.filterwarnings("ignore")
def test_the_examples_run() -> None:
    done = doctest.testfile(str(DOCS / "library.md"), module_relative=False)
    assert done.failed == 0
    assert done.attempted >= 15


def test_both_languages_show_the_same_examples() -> None:
    shown = [[b.text for b in blocks(page) if b.kind == "python"] for page in sorted(Path(DOCS).glob("library*.md"))]
    assert shown[0] == shown[1]
