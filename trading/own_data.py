"""What of trading is its users' own."""

from streaming.database.own_data import KeptBack, OwnData

OWN_DATA = (
    OwnData("trading.TradingAccount", "owner"),
    OwnData("trading.RiskLimits", "account__owner"),
    OwnData("trading.EquityPeak", "owner"),
    OwnData("trading.SubAccount", "account__owner"),
    OwnData("trading.Balance", "sub_account__account__owner"),
    OwnData("trading.Lot", "sub_account__account__owner"),
    OwnData("trading.Order", "account__owner"),
    OwnData("trading.Fill", "order__account__owner"),
    OwnData("trading.Grid", "account__owner", without=("memory",)),
    OwnData("trading.GridLevel", "grid__account__owner"),
    OwnData("trading.Strategy", "account__owner", without=("memory", "traceback")),
    OwnData("trading.StrategySignal", "strategy__account__owner"),
    OwnData("trading.Backtest", "owner", without=("claim",)),
    OwnData("trading.BacktestTrials", "owner"),
    OwnData("trading.KillSwitch", "user"),
    OwnData("trading.AuditEntry", "owner_id", without=("previous_hash", "hash")),
    KeptBack("trading.BacktestResult", "each backtest's own export has it"),
    KeptBack("trading.StrategyDelivery", "what a strategy is yet to be told"),
    KeptBack("trading.OutboxEvent", "what is yet to be told of trading"),
    KeptBack("trading.Recording", "recordings by which faults are found, kept for some days"),
    KeptBack("trading.RecordedPart", "a part of such a recording"),
)
