"""`techcredit --version`: versions of the product, of the catalogue of features and of the policy in force."""

from features.version import version as catalogue
from policy.version import version as policy
from scoring.fingerprints import product


def told_versions() -> str:
    """One line with the three versions."""
    return f"techcredit {product()}, catalogue {catalogue()}, policy {policy()}"
