"""How models are trained and judged: what may be chosen, with its defaults."""

import msgspec

from trading.learning.boosting import BoostingParameters
from trading.learning.calibration import RollingParameters
from trading.learning.errors import SettingsError
from trading.learning.online import OnlineParameters
from trading.learning.walk_forward import WalkForwardPlan

_DAY = 86_400_000
_WIDEST_BAND = 0.5


class LearningSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Choices of a training; raise `SettingsError` where one makes no sense.

    `horizon` in candles; `fee_rate` of each fill, 0.001 is 0.1 %; a model abstains where the probability of a rise is
    no further than `abstain_within` from a half; it is good for `valid_for` ms.
    """

    horizon: int = 15
    fee_rate: float = 0.001
    abstain_within: float = 0.03
    seed: int = 1
    valid_for: int = 2 * _DAY
    walk_forward: WalkForwardPlan = WalkForwardPlan()
    online: OnlineParameters = OnlineParameters()
    rolling: RollingParameters = RollingParameters()
    boosting: BoostingParameters = BoostingParameters()

    def __post_init__(self) -> None:
        if self.horizon < 1:
            raise SettingsError("horizon must be at least 1 candle")
        if not 0 <= self.fee_rate < 1:
            raise SettingsError("fee_rate must be from 0 to below 1")
        if not 0 <= self.abstain_within < _WIDEST_BAND:
            raise SettingsError("abstain_within must be from 0 to below 0.5")
        self.walk_forward.gap_of(self.horizon)
