"""What can be wrong with what models are given, and with models that were stored.

LearningError (a ValueError)
├── CandleTableError: columns make no candles, or candles come in the wrong order
├── FeatureMismatchError: a model was made for other features
├── LeakError: something would learn, or be judged by, what wasn't known yet
├── TooFewExamplesError: there is not enough to learn from, or all of it says the same
├── SettingsError: settings contradict each other
└── StoredModelError: what is stored is no model
"""


class LearningError(ValueError):
    """What all of these are."""


class CandleTableError(LearningError):
    """Columns make no candles, or candles come in the wrong order."""


class FeatureMismatchError(LearningError):
    """A model was made for other features than it is to be asked with; `expected` and `given` are their hashes."""

    def __init__(self, *, expected: str, given: str) -> None:
        super().__init__(
            f"the model was trained on features {expected[:12]}, and these are {given[:12]}: train it anew"
        )
        self.expected = expected
        self.given = given


class LeakError(LearningError):
    """Something would learn, or be judged by, what wasn't known yet."""


class TooFewExamplesError(LearningError):
    """There is not enough to learn from, or all of it says the same."""


class SettingsError(LearningError):
    """Settings contradict each other."""


class StoredModelError(LearningError):
    """What is stored is no model."""
