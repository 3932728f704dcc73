"""What operators see first: whether all is well, and where to look if not."""

from deploy.grafana.panels import Dashboard, Query, Row, Unit, course, now, quantiles
from streaming.backup_records.overdue import OVERDUE_AFTER, WARNED_AFTER

_RATE = "$__rate_interval"
_LOST = 'reason=~"lost|heartbeat_timeout|ping_timeout|protocol_error"'
_BROKEN = f"sum(rate(tidewire_gateway_disconnections_total{{{_LOST}}}[{_RATE}]))"

OVERVIEW = Dashboard(
    "overview",
    "Overview",
    "Whether all is well, and where to look if not.",
    (
        Row(
            "Now",
            (
                now(
                    "Gateways",
                    "count(tidewire_gateway_tasks) or vector(0)",
                    "That tell their metrics.",
                    critical=1,
                    low_is_bad=True,
                ),
                now(
                    "Connections", "sum(tidewire_gateway_connections) or vector(0)", "Sockets of clients that are open."
                ),
                now(
                    "Exchange",
                    'min(max by (slot) (tidewire_bridge_state{state=~"live|fallback"}))',
                    "Whether prices of every slot come.",
                    unit=Unit.YES_OR_NO,
                    critical=1,
                    low_is_bad=True,
                ),
                now(
                    "Database",
                    "min(tidewire_database_up)",
                    "Whether it answers every gateway and takes what is written.",
                    unit=Unit.YES_OR_NO,
                    critical=1,
                    low_is_bad=True,
                ),
                now(
                    "Redis",
                    "min(tidewire_channel_layer_up)",
                    "Whether every host carries messages of every gateway.",
                    unit=Unit.YES_OR_NO,
                    critical=1,
                    low_is_bad=True,
                ),
                now(
                    "Leases without a holder",
                    "sum(max by (lease) (tidewire_lease_held) == bool 0)",
                    "Work that one process is to do, and none does.",
                    critical=1,
                ),
                now(
                    "Oldest delivery",
                    'max(tidewire_worker_backlog_oldest_seconds{worker="deliveries"})',
                    "For how long a notification has waited that is due.",
                    unit=Unit.SECONDS,
                    warning=10,
                    critical=60,
                ),
                now(
                    "Alerts",
                    'count(ALERTS{alertname=~"Tidewire.+", alertstate="firing"}) or vector(0)',
                    "Of the rules in platform/deploy/prometheus, those that fire.",
                    critical=1,
                ),
            ),
            height=4,
        ),
        Row(
            "Clients",
            (
                course(
                    "Connections",
                    "By dialect.",
                    Query("sum by (dialect) (tidewire_gateway_connections)", "{{dialect}}"),
                    stacked=True,
                ),
                course(
                    "Connections that break",
                    "Lost, silent or wrong; those that clients close and those that we end aren't counted.",
                    Query(_BROKEN, "a second"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Frames to clients",
                    "Of all gateways.",
                    Query(f"sum(rate(tidewire_gateway_sent_frames_total[{_RATE}]))", "frames"),
                    unit=Unit.PER_SECOND,
                ),
            ),
        ),
        Row(
            "Delays",
            (
                course(
                    "Exchange",
                    "How long its messages are on their way, 99th percentile of a minute.",
                    Query("max by (slot) (tidewire_bridge_lag_p99_seconds)", "{{slot}}"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Redis",
                    "A message's round trip, the slowest gateway's.",
                    Query("max by (host) (tidewire_channel_layer_round_trip_seconds)", "host {{host}}"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Gateways",
                    "By how much event loops are late, 99th percentile of a minute.",
                    Query("tidewire_gateway_event_loop_lag_p99_seconds", "{{instance}}"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Database",
                    "How long it takes to say that it is there, the slowest gateway's.",
                    Query("max(tidewire_database_round_trip_seconds)", "round trip"),
                    unit=Unit.SECONDS,
                ),
            ),
        ),
        Row(
            "Processes",
            (
                course(
                    "CPU",
                    "Cores; a process uses one at most, a little more where it hashes passwords.",
                    Query(f'rate(process_cpu_seconds_total{{job="tidewire"}}[{_RATE}])', "{{instance}}"),
                ),
                course(
                    "Memory",
                    "Resident.",
                    Query('process_resident_memory_bytes{job="tidewire"}', "{{instance}}"),
                    unit=Unit.BYTES,
                ),
                course(
                    "Leases held",
                    "Which process does what only one may do.",
                    Query("tidewire_lease_held == 1", "{{lease}}: {{instance}}"),
                ),
                course(
                    "Leases lost and taken",
                    "Within five minutes.",
                    Query("sum by (lease) (increase(tidewire_lease_losses_total[5m]))", "{{lease}} lost"),
                    Query("sum by (lease) (increase(tidewire_lease_acquisitions_total[5m]))", "{{lease}} taken"),
                ),
            ),
        ),
        Row(
            "Database",
            (
                quantiles("Statements", "tidewire_database_query_duration_seconds", "Until the database had answered."),
                course(
                    "Statements, and those that fail",
                    "Of all processes.",
                    Query(f"sum(rate(tidewire_database_query_duration_seconds_count[{_RATE}]))", "all"),
                    Query(f"sum(rate(tidewire_database_query_errors_total[{_RATE}]))", "failed"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Connections opened",
                    "It is high where none is kept.",
                    Query(f"sum(rate(tidewire_database_connections_opened_total[{_RATE}]))", "opened"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Figures that are missing",
                    "Parts of processes that can't say theirs.",
                    Query("tidewire_metrics_source_up == 0", "{{instance}}: {{source}}"),
                ),
            ),
        ),
        Row(
            "Backups",
            (
                now(
                    "Last backup",
                    "time() - max(tidewire_last_backup_timestamp_seconds)",
                    "How long ago the database was as the last backup has it; nothing where none was ever made.",
                    unit=Unit.SECONDS,
                    warning=int(WARNED_AFTER.total_seconds()),
                    critical=int(OVERDUE_AFTER.total_seconds()),
                ),
                course(
                    "Size",
                    "Of the last backup.",
                    Query("max(tidewire_last_backup_size_bytes)", "backup"),
                    unit=Unit.BYTES,
                ),
            ),
        ),
    ),
)
