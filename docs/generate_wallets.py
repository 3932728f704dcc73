"""The table of docs/wallets.md of a transaction's life: made from the table by which it is judged."""

from wallets.lifecycle import LEGAL_STEPS, STEPS, TransactionStatus

BEGIN = "<!-- life of a transaction: made by `make format` from its table -->"
END = "<!-- end of the life of a transaction -->"


def lifecycle_section() -> str:
    """Return what each step means, and the status that it leads to from each other, between their marks."""
    meanings = ["| step | what happened |", "|---|---|", *(f"| {step} | {means} |" for step, means in STEPS.items())]
    head = ["", f"| from | {' | '.join(STEPS)} |", f"|---|{'---|' * len(STEPS)}"]
    return "\n".join([BEGIN, *meanings, *head, *map(_row, LEGAL_STEPS), END])


def _row(status: TransactionStatus) -> str:
    cells = (f"`{to}`" if (to := LEGAL_STEPS[status].get(step)) else "" for step in STEPS)
    return f"| `{status}` | {' | '.join(cells)} |"
