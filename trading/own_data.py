"""What of trading is its users' own."""

from streaming.database.own_data import KeptBack, OwnData

OWN_DATA = (
    OwnData("trading.TradingAccount", "owner", called="trading accounts"),
    OwnData("trading.RiskLimits", "account__owner"),
    OwnData("trading.EquityPeak", "owner"),
    OwnData("trading.SubAccount", "account__owner"),
    OwnData("trading.Balance", "sub_account__account__owner"),
    OwnData("trading.Lot", "sub_account__account__owner"),
    OwnData("trading.Order", "account__owner"),
    OwnData("trading.Fill", "order__account__owner", called="executions"),
    OwnData("trading.Grid", "account__owner", without=("memory",)),
    OwnData("trading.GridLevel", "grid__account__owner"),
    OwnData("trading.Strategy", "account__owner", without=("memory", "traceback")),
    OwnData("trading.StrategySignal", "strategy__account__owner"),
    OwnData("trading.Backtest", "owner", without=("claim",)),
    OwnData("trading.BacktestTrials", "owner", called="counts of backtests"),
    OwnData("trading.KillSwitch", "user", called="kill switches"),
    OwnData(
        "trading.AuditEntry",
        "owner_id",
        without=("previous_hash", "hash"),
        called="audit of trading",
        stays="what was ordered and changed, and when: each entry is sealed by the next, so none can be taken out. "
        "Your user name and your network address are taken out; a number that leads to nobody is left",
    ),
    KeptBack("trading.BacktestResult", "each backtest's own export has it", "backtest__owner"),
    KeptBack("trading.StrategyDelivery", "what a strategy is yet to be told", "strategy__account__owner"),
    KeptBack("trading.OutboxEvent", "what is yet to be told of trading", "owner_id"),
    KeptBack(
        "trading.Recording", "recordings by which faults are found, kept for some days", "sub_account__account__owner"
    ),
    KeptBack("trading.RecordedPart", "a part of such a recording", "recording__sub_account__account__owner"),
)
