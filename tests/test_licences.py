"""No package enters under a licence that is not on the stated list."""

import pytest

from tests import licences
from tests.licences import BY_NAME, accepted, locked


def test_every_locked_package_that_is_installed_is_under_a_licence_of_the_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert licences.main() == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "lightgbm" in said
    assert len(said.splitlines()) > 200


def test_every_package_named_apart_is_locked() -> None:
    assert set(BY_NAME) <= set(locked())


@pytest.mark.parametrize(
    ("told", "licence"),
    [
        ("MIT", "MIT"),
        ("MIT License", "MIT"),
        ("GPL-3.0-only", None),
        ("MIT OR GPL-3.0-only", "MIT"),
        ("MIT AND GPL-3.0-only", None),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", "MPL-2.0 AND Apache-2.0"),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", "BSD AND Apache-2.0"),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", "BSD AND MIT AND Zlib AND CC0-1.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("ISC License (ISCL)", "ISC"),
        ("none", None),
        ("Proprietary", None),
        ("AGPL-3.0", None),
    ],
)
def test_an_expression_is_on_the_list_only_when_all_that_must_be_kept_is(told: str, licence: str | None) -> None:
    assert accepted(told) == licence


def test_a_package_out_of_the_list_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(licences, "told_by", lambda metadata: "AGPL-3.0")
    assert licences.main() == 1
    assert "NOT ON THE LIST: AGPL-3.0" in capsys.readouterr().out
