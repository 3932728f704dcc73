"""The table of docs/backtests.md of what a result measures: made from the declarations of the metrics."""

from trading.engine.backtests.results.metrics import MetricDeclaration, declared_metrics

BEGIN = "<!-- metrics: made by `make format` from their declarations -->"
END = "<!-- end of metrics -->"


def metrics_section() -> str:
    """Return the table between its marks."""
    head = ["| metric | name | unit | formula | what it is |", "|---|---|---|---|---|"]
    return "\n".join([BEGIN, *head, *map(_row, declared_metrics()), END])


def _row(metric: MetricDeclaration) -> str:
    said = ". ".join(part for part in (metric.description, metric.source) if part)
    cells = (metric.title, f"`{metric.name}`", metric.unit, metric.formula, said)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
