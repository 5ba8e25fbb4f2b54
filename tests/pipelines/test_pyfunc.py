import numpy as np

from pipelines import pyfunc
from policy import digits


def test_the_tracked_model_rounds_its_pds_as_the_pipeline_does() -> None:
    draw = np.random.default_rng(1)
    spread = np.concatenate([10 ** draw.uniform(-15, 0, 200_000), digits.POWERS[: 1 - digits.FIRST], [1 - 1e-12]])
    near = np.concatenate([spread, np.nextafter(spread, 0)[spread > 1e-15], np.nextafter(spread, 1)])
    assert pyfunc.DIGITS == digits.DIGITS
    assert (pyfunc.rounded_probability(near) == digits.rounded_probability(near)).all()
