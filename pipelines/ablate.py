"""Step `ablate`: matured development loans and the pool's tree count in; what each feature domain adds out."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from features.catalogue import by_name
from models.ablation.domains import CONFIDENCE, Book, Parameters, ablated
from models.fitting.feature_set import shape
from models.fitting.loans import loans
from models.fitting.params import TrainParams
from pipelines.entry import run
from pipelines.files import read_json, write_figures
from pipelines.limits import limits
from pipelines.loans import part_table
from pipelines.params import section


@dataclass(frozen=True)
class AblateParams:
    """Parameters of the step: folds, learning rate of its boosters, bootstrap resamples of enterprises."""

    folds: int
    learning_rate: float
    resamples: int


def main(source: str, features: Path, parts: Path, pool: Path, ablation: Path) -> None:
    """Compare boosters of SOURCE with and without each feature domain, write ablation.json into the folder ABLATION."""
    params = section("ablate", AblateParams, source)
    write_figures(measure(source, features, parts, pool, params), ablation / "ablation.json")


def measure(source: str, features: Path, parts: Path, pool: Path, params: AblateParams) -> dict[str, Any]:
    """What each domain adds as plain data: parameters, features by comparison, and effects per stage and in total.

    Trees are those of the pooled model, scaled to this learning rate.
    """
    train = section("train", TrainParams, source)
    known = read_json(pool / "pool.json")
    table = part_table(features, parts, "development")
    table = table[table["defaulted"].notna()].reset_index(drop=True)
    names = known["features"]
    domain_of = {name: by_name()[name].domain for name in names}
    book = Book(loans(table, names), *(table[c].to_numpy() for c in ("stage", "size_class", "exposure")))
    whole = known["members"].get("interacting", {"trees": train.num_iterations / 4})["trees"]
    trees = max(1, round(whole * train.learning_rate / params.learning_rate))
    tolerated = {name: t.value for name, t in limits(source).items()}
    faster = replace(train, learning_rate=params.learning_rate)
    found = ablated(
        book,
        domain_of,
        shape(names, train.domain_constraints),
        faster,
        Parameters(params.folds, trees, params.resamples, tolerated),
    )
    counted = {domain: list(domain_of.values()).count(domain) for domain in dict.fromkeys(domain_of.values())}
    return {
        **asdict(params),
        "trees": trees,
        "confidence": CONFIDENCE,
        "tolerances": tolerated,
        "features": counted,
        "groups": {name: asdict(effects) for name, effects in found.items()},
    }


if __name__ == "__main__":
    run(main)
