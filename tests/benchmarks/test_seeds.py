import pandas as pd
import pytest

from benchmarks import seeds


def test_cpu_is_told_beside_the_first_number_of_seeds_of_the_source() -> None:
    figures = {"log_loss": 0.2, "seed_median": 0.1, "seed_p95": 0.4, "names_median": 0.0, "names_p95": 0.02}
    rows = [{"source": "sba", "seeds": n, "cpu_seconds": s, **figures} for n, s in ((1, 8.0), (2, 12.0))]
    head, one, two = seeds.text(pd.DataFrame(rows)).splitlines()
    assert head.split()[:3] == ["source", "seeds", "CPU"]
    assert one.split() == ["sba", "1", "1.00", "0.20000", "10.0%", "40.0%", "0.0%", "2.0%"]
    assert two.split()[2] == "1.50"


def test_a_source_without_a_split_is_named(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert seeds.main(["--source", "sba"]) == 1
    assert "wanted the step split of sba" in capsys.readouterr().err
