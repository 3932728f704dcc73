"""What operators see of users' rules: how many there are, what they find, and whether users hear of it."""

from deploy.grafana.panels import Dashboard, Query, Row, Unit, course, quantiles

_RATE = "$__rate_interval"

ALERTS_AND_DELIVERIES = Dashboard(
    "alerts-and-deliveries",
    "Alerts and deliveries",
    "Users' rules, what they find, and whether users hear of it.",
    (
        Row(
            "Rules",
            (
                course(
                    "Rules by state",
                    "Of all users, as they are stored.",
                    Query("max by (state) (tidewire_alerts_rules)", "{{state}}"),
                    stacked=True,
                ),
                course(
                    "Rules that are followed",
                    "By the evaluator at work; nothing where none is.",
                    Query("sum by (instance) (tidewire_alerts_evaluated_rules)", "{{instance}}"),
                ),
                course(
                    "Firings",
                    "That were stored.",
                    Query(f"sum(rate(tidewire_alerts_firings_total[{_RATE}]))", "firings"),
                    unit=Unit.PER_SECOND,
                ),
            ),
        ),
        Row(
            "Evaluating",
            (
                quantiles("All rules on an event", "tidewire_alerts_evaluation_duration_seconds", "How long it takes."),
                quantiles("Storing a batch", "tidewire_alerts_storing_duration_seconds", "What events had changed."),
            ),
        ),
        Row(
            "Deliveries",
            (
                course(
                    "Backlog",
                    "What is due and in nobody's hands.",
                    Query("max by (worker) (tidewire_worker_backlog)", "{{worker}}"),
                ),
                course(
                    "The oldest waits for",
                    "Over a minute calls operators.",
                    Query("max by (worker) (tidewire_worker_backlog_oldest_seconds)", "{{worker}}"),
                    unit=Unit.SECONDS,
                    critical=60,
                ),
                course(
                    "Attempts",
                    "By kind of channel and what came of them.",
                    Query(
                        f"sum by (channel_kind, result) (rate(tidewire_deliveries_attempts_total[{_RATE}]))",
                        "{{channel_kind}}: {{result}}",
                    ),
                    unit=Unit.PER_SECOND,
                ),
                quantiles(
                    "How long an attempt takes",
                    "tidewire_deliveries_attempt_duration_seconds",
                    "Until the other side has answered, or failed to.",
                    by="channel_kind",
                ),
            ),
        ),
    ),
)
