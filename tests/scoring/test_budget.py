"""Memory of a batch: read from a text, shared out, refused where it is too small."""

import pytest

from scoring.budget import (
    APPLICATION,
    ENGINE_SHARE,
    HELD,
    STEP,
    WORKER,
    WORKER_APPLICATION,
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


def test_there_are_as_many_processes_as_the_memory_holds() -> None:
    mebi = 2**20
    for wanted, total in ((2, 900), (4, 1_300), (8, 2_100)):
        assert budget(total * mebi, 0, 25_000, 2, 8).processes == wanted
        assert budget((total - 1) * mebi, 0, 25_000, 2, wanted).processes < wanted
    found = budget(1024 * mebi, 0, 25_000, 2, 2)
    assert found == Budget(100 * mebi, 162 * mebi // WORKER_APPLICATION, 2, 2, 324 * mebi)
    assert (found.engine, found.check) == ("100MiB", "324MiB")
    large = budget(8192 * mebi, 0, 25_000, 2, 4)
    assert (large.applications, large.processes) == (25_000, 4)
    assert 4 * (large.engine_bytes + 25_000 * WORKER_APPLICATION + WORKER) + HELD == 8192 * mebi
    assert budget(8192 * mebi, 0, 25_000, 2).processes == 1


def test_too_little_is_refused_with_what_it_takes() -> None:
    with pytest.raises(BudgetError, match=r"at least 700MiB: .* count for 500 MiB, .* needs 200; got 476 MiB"):
        budget(500_000_000, 400_000_000, 25_000, 2)
    assert held_now() > 10**7
