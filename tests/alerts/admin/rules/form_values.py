"""What is sent from the form of a rule, and to where."""

LIST = "/admin/alerts/alertrule/"
ADD = f"{LIST}add/"
GOOD = {
    "name": "High",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "50000.100",
    "trigger": "once",
    "combine": "all",
    "severity": "info",
    "enabled": "on",
}
"""A rule without its owner."""
