"""What operators see of gateways: clients' connections, what they are sent, and what they don't take."""

from deploy.grafana.panels import Dashboard, Query, Row, Unit, course

_RATE = "$__rate_interval"

GATEWAYS = Dashboard(
    "gateways",
    "Gateways",
    "Clients' connections, what they are sent, and what they don't take.",
    (
        Row(
            "Connections",
            (
                course(
                    "Open",
                    "By gateway.",
                    Query("sum by (instance) (tidewire_gateway_connections)", "{{instance}}"),
                    stacked=True,
                ),
                course(
                    "Opened",
                    "By dialect.",
                    Query(
                        f"sum by (dialect) (rate(tidewire_gateway_connections_opened_total[{_RATE}]))", "{{dialect}}"
                    ),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Ended",
                    "By why.",
                    Query(f"sum by (reason) (rate(tidewire_gateway_disconnections_total[{_RATE}]))", "{{reason}}"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Refused, unanswered",
                    "Handshakes that were refused, by status, and pings that were not answered in time.",
                    Query(f"sum by (status) (rate(tidewire_gateway_handshakes_refused_total[{_RATE}]))", "{{status}}"),
                    Query(f"sum by (ping) (rate(tidewire_gateway_missed_pongs_total[{_RATE}]))", "pongs: {{ping}}"),
                    unit=Unit.PER_SECOND,
                ),
            ),
        ),
        Row(
            "What is sent",
            (
                course(
                    "Frames",
                    "By gateway.",
                    Query(f"sum by (instance) (rate(tidewire_gateway_sent_frames_total[{_RATE}]))", "{{instance}}"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Bytes",
                    "By gateway, before TLS.",
                    Query(f"sum by (instance) (rate(tidewire_gateway_sent_bytes_total[{_RATE}]))", "{{instance}}"),
                    unit=Unit.BYTES_PER_SECOND,
                ),
                course(
                    "Subscriptions",
                    "By kind of topic.",
                    Query("sum by (kind) (tidewire_gateway_subscriptions)", "{{kind}}"),
                    stacked=True,
                ),
                course(
                    "Channels",
                    "Different ones at each gateway; below them the subscriptions of METRICS_SYMBOLS.",
                    Query("tidewire_gateway_channels", "{{instance}}"),
                    Query("sum by (symbol) (tidewire_gateway_symbol_subscriptions)", "{{symbol}}"),
                ),
            ),
        ),
        Row(
            "Slow clients",
            (
                course(
                    "Waiting",
                    "What outboxes hold for clients, by gateway.",
                    Query("tidewire_gateway_waiting_bytes", "{{instance}}"),
                    unit=Unit.BYTES,
                ),
                course(
                    "Conflated",
                    "Frames that newer ones replaced before a slow client took them.",
                    Query(
                        f"sum by (instance) (rate(tidewire_gateway_conflated_frames_total[{_RATE}]))", "{{instance}}"
                    ),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Closed with 4408",
                    "Within five minutes, by gateway.",
                    Query("sum by (instance) (increase(tidewire_gateway_slow_closes_total[5m]))", "{{instance}}"),
                ),
            ),
        ),
        Row(
            "Processes",
            (
                course(
                    "Event loop's lag",
                    "99th percentile of a minute: clients get their frames so late.",
                    Query("tidewire_gateway_event_loop_lag_p99_seconds", "{{instance}}"),
                    unit=Unit.SECONDS,
                    critical=0.25,
                ),
                course("Tasks", "Of the event loop.", Query("tidewire_gateway_tasks", "{{instance}}")),
                course(
                    "CPU",
                    "Cores; a gateway uses one at most.",
                    Query(
                        f"rate(process_cpu_seconds_total[{_RATE}]) and on (instance, job) tidewire_gateway_tasks",
                        "{{instance}}",
                    ),
                ),
                course(
                    "Open files",
                    "Of those that it may open.",
                    Query(
                        "process_open_fds / process_max_fds and on (instance, job) tidewire_gateway_tasks",
                        "{{instance}}",
                    ),
                    unit=Unit.SHARE,
                ),
            ),
        ),
    ),
)
