"""Which models there are, when one has skill, and whether what they learn by is installed. Loads none of it."""

from enum import StrEnum
from importlib.util import find_spec

_NEEDED = ("river", "sklearn")
SKILL_ERRORS = 3
"""A model has skill where its AUC lies so many standard errors above a half: by chance, once in 740 times."""
NOT_INSTALLED = (
    "models that learn need what isn't installed here: pip install 'tidewire[learning]', in a checkout "
    "pip install -e '.[learning]'"
)


class ModelKind(StrEnum):
    """Which models there are."""

    ONLINE = "online"
    BOOSTING = "boosting"


def learning_is_installed() -> bool:
    """Return whether the extra `learning` is there."""
    return all(find_spec(package) is not None for package in _NEEDED)


def has_skill(*, slope: float, auc: float, auc_error: float) -> bool:
    """Return whether the scores of a calibration told more than chance would."""
    return slope > 0 and auc - SKILL_ERRORS * auc_error > 0.5  # noqa: PLR2004 - chance
