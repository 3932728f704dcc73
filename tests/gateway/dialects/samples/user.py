"""Events of one user: those that whole deployments are shown as well, and those of wallets."""

from typing import Any

from tests.conformance.channels import samples as shown
from tests.gateway.dialects.samples import TIME, D, Sample, Written
from wallets.events import TransactionState, WalletActivity, WalletChange
from wallets.lifecycle import TransactionStatus


def written(value: Any, at: Written) -> Any:
    """Return data as a dialect writes them that writes times like `at`."""
    match value:
        case shown.At():
            return at.time
        case dict():
            return {name: written(inner, at) for name, inner in value.items()}
        case list():
            return [written(inner, at) for inner in value]
    return value


def sample_of(one: shown.Sample) -> Sample:
    """Return what user 42 is shown; a symbol stands beside the data on `/ws` too."""
    top = {"symbol": one.data["symbol"]} if "symbol" in one.data else {}
    return Sample(one.make("42"), one.channel.format(owner="42"), one.name, lambda at: written(one.data, at), top)


USER_SAMPLES = [
    *map(sample_of, shown.OF_USER),
    Sample(
        WalletActivity(
            time=TIME,
            chain="ethereum",
            address="0xabc",
            label="Savings",
            change_kind=WalletChange.BALANCE,
            asset="ETH",
            balance=D("1.000000000000000001"),
            change=D("-0.5"),
            tx="0xdef",
            log_index=4,
            block=21_000_000,
        ),
        "wallet:0xabc",
        "wallet",
        lambda at: {
            "chain": "ethereum",
            "address": "0xabc",
            "label": "Savings",
            "event": "balance",
            "asset": "ETH",
            "token": None,
            "balance": D("1.000000000000000001"),
            "change": D("-0.5"),
            "tx": "0xdef",
            "logIndex": 4,
            "block": 21_000_000,
            "retracted": False,
            "outdated": False,
            "timestamp": at.time,
        },
    ),
    Sample(
        TransactionState(
            time=TIME,
            chain="ethereum",
            hash="0xdef",
            status=TransactionStatus.CONFIRMING,
            confirmations=3,
            required=12,
            block=20_999_997,
            sender="0xabc",
            recipient="0x123",
            value=D("0.5"),
            fee=D("0.000021"),
        ),
        "tx:0xdef",
        "transaction",
        lambda at: {
            "chain": "ethereum",
            "hash": "0xdef",
            "status": "confirming",
            "confirmations": 3,
            "required": 12,
            "block": 20_999_997,
            "replacedBy": None,
            "replacement": None,
            "from": "0xabc",
            "to": "0x123",
            "value": D("0.5"),
            "fee": D("0.000021"),
            "wallets": [],
            "timestamp": at.time,
        },
    ),
]
