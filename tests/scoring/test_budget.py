"""Memory of a batch: read from a text, shared out, refused where it is too small."""

import pytest

from scoring.budget import (
    APPLICATION,
    ENGINE_SHARE,
    HELD,
    STEP,
    Budget,
    BudgetError,
    MemoryTextError,
    budget,
    held_now,
    memory,
)


@pytest.mark.parametrize(
    ("text", "wanted"), [("1GB", 10**9), ("800mb", 8 * 10**8), ("1.5 GiB", 3 * 2**29), ("512MiB", 2**29)]
)
def test_memory_is_read_with_its_unit(text: str, wanted: int) -> None:
    assert memory(text) == wanted


@pytest.mark.parametrize("text", ["1", "GB", "-1GB", "1TB", "1GB2", ""])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(
        MemoryTextError, match=r"--memory must be a number with MB, GB, MiB or GiB, like 1GB; got"
    ) as told:
        memory(text)
    assert told.value.exit_code == 2


def test_what_is_left_is_shared_between_the_engine_and_the_ranges() -> None:
    found = budget(600_000_000 + HELD, 400_000_000, 1_000_000, 2)
    assert ENGINE_SHARE == 0.5
    assert found == Budget(300_000_000, 300_000_000 // APPLICATION, 2)
    assert found.engine == "286MiB"
    assert budget(10**12, 0, 25_000, 2).applications == 25_000


@pytest.mark.parametrize(
    ("held", "counted"), [(0, HELD), (HELD, HELD), (HELD + 1, HELD + STEP), (2**30, HELD + 3 * STEP)]
)
def test_the_same_memory_gives_the_same_ranges_whatever_is_held_at_the_moment(held: int, counted: int) -> None:
    left = 600_000_000
    assert budget(left + counted, held, 10**6, 2) == budget(left + HELD, 0, 10**6, 2)


def test_too_little_is_refused_with_what_it_takes() -> None:
    with pytest.raises(BudgetError, match=r"at least 700MiB: .* count for 500 MiB, .* needs 200; got 476 MiB"):
        budget(500_000_000, 400_000_000, 25_000, 2)
    assert held_now() > 10**7
