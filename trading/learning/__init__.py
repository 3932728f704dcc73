"""Models that learn what a symbol's price does next, and say how sure they are. Pure: research, not advice.

`candles` and `definitions` are what a model sees, `features` how it is computed; `labels` and `examples` what it learns
from, and from when on; `online` and `boosting` the two models, `learner` how one learns while time goes on;
`calibration`, `drift` and `live_model` when it speaks and when it is silent; `walk_forward`, `metrics`, `earnings`,
`training` and `model_card` how it is judged; `stored_model` how it is kept. docs/learning.md has the formulas.

Needs the extra `learning` (river, scikit-learn).
"""
