"""Policy figures that a source chooses in params.yaml among several of their kind."""

from pipelines.limits import ThresholdParams
from pipelines.params import content, section


def chosen_figures(source: str) -> list[tuple[str, str]]:
    """Policy figures, by document and name, that the parameters of the source choose among several."""
    threshold, schemes = section("threshold", ThresholdParams, source), content()["featurize"]
    chosen = {**(schemes.get("default") or {}), **(schemes.get(source) or {})}
    return [
        ("tolerance", threshold.overall_npl),
        ("zones", threshold.measure),
        ("master_scale", threshold.measure),
        ("stock_flow", threshold.stock_flow),
        *([("economics", threshold.measure)] if threshold.objective == "profit" else []),
        ("stage", str(chosen["stage_scheme"])),
        ("size_class", str(chosen["size_scheme"])),
    ]
