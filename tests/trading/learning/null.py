"""What every model must come to on a market of which nothing can be learnt."""

LEAST, MOST = 0.45, 0.55


def check_null(auc: float) -> None:
    """Fail where a model seems to know what cannot be known."""
    assert LEAST <= auc <= MOST, f"an AUC of {auc:.3f} on a random walk: something tells the future"
