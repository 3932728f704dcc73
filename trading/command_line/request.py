"""What was typed, as the parameters of a backtest: the same, and refused in the same words, as over REST."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from trading.backtests.parameters import NewBacktest

_DAY_MS = 86_400_000
_read = reader_of(NewBacktest)


def request_of(options: Mapping[str, Any], *, now_ms: int) -> NewBacktest:
    """Return the backtest that options ask for; by default, of the last `--days` days.

    Raise `WrongParametersError`.
    """
    end = now_ms if options["end"] is None else _time(options["end"])
    start = end - options["days"] * _DAY_MS if options["start"] is None else _time(options["start"])
    given = {
        "symbol": options["symbol"],
        "interval": options["interval"],
        "strategy": options["strategy"],
        "params": _parameters(options["set"] or ()),
        "start": start,
        "end": end,
        "initial_capital": options["capital"],
        "fee_rate": options["fee"],
        "slippage": options["slippage"],
        "fills": options["fills"],
    }
    return _read(given)


def _time(text: str) -> object:
    """Return a day or a time (UTC, unless it says otherwise) in ms; what is neither is refused when it is read."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _parameters(settings: Sequence[str]) -> dict[str, str]:
    wrong = [setting for setting in settings if "=" not in setting]
    if wrong:
        raise WrongParametersError({"params": f"--set takes name=value, not {wrong[0]!r}"})
    return dict(setting.split("=", 1) for setting in settings)
