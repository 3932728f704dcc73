"""What operators see of the exchange: what comes of it, how late, and what was missed."""

from deploy.grafana.panels import Dashboard, Query, Row, Unit, course

_RATE = "$__rate_interval"

EXCHANGE = Dashboard(
    "exchange",
    "Exchange",
    "What comes of the exchange, how late, and what was missed; by slots of bridges.",
    (
        Row(
            "State",
            (
                course(
                    "State",
                    "Of the exchange's streams; fallback is another of its addresses, or simulated.",
                    Query("max by (slot, state) (tidewire_bridge_state) == 1", "{{slot}}: {{state}}"),
                ),
                course(
                    "In this state for",
                    "A short time again and again: the connection doesn't hold.",
                    Query("time() - max by (slot) (tidewire_bridge_state_since_timestamp_seconds)", "{{slot}}"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Leases",
                    "Which process reads which slot.",
                    Query('tidewire_lease_held{lease=~"bridge([.].+)?"} == 1', "{{lease}}: {{instance}}"),
                ),
            ),
        ),
        Row(
            "What comes",
            (
                course(
                    "Lag",
                    "By the exchange's clock and ours.",
                    Query("max by (slot) (tidewire_bridge_lag_p50_seconds)", "{{slot}} median"),
                    Query("max by (slot) (tidewire_bridge_lag_p99_seconds)", "{{slot}} 99 %"),
                    Query("max by (slot) (tidewire_bridge_lag_seconds)", "{{slot}} newest"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Messages",
                    "Of the exchange, and events that were made of them.",
                    Query("max by (slot) (tidewire_bridge_received_frames_per_second)", "{{slot}} messages"),
                    Query(f"sum by (slot) (rate(tidewire_bridge_published_events_total[{_RATE}]))", "{{slot}} events"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Streams",
                    "That the exchange has acknowledged.",
                    Query("max by (slot) (tidewire_bridge_active_streams)", "{{slot}}"),
                ),
                course(
                    "Candles stored",
                    "Closed ones.",
                    Query(f"sum by (slot) (rate(tidewire_bridge_stored_candles_total[{_RATE}]))", "{{slot}}"),
                    unit=Unit.PER_SECOND,
                ),
            ),
        ),
        Row(
            "What fails",
            (
                course(
                    "Connections that end",
                    "Or aren't made, within five minutes, by why.",
                    Query(
                        "sum by (slot, cause) (increase(tidewire_bridge_disconnections_total[5m]))",
                        "{{slot}}: {{cause}}",
                    ),
                ),
                course(
                    "Gaps",
                    "Holes in the streams within five minutes, and those that wait to be filled.",
                    Query("sum by (slot, result) (increase(tidewire_bridge_gaps_total[5m]))", "{{slot}}: {{result}}"),
                    Query("max by (slot) (tidewire_bridge_gaps_waiting)", "{{slot}}: waiting"),
                ),
                course(
                    "Lost, doubled, refused",
                    "Within five minutes: events without room, messages that came twice, subscriptions refused.",
                    Query("sum by (slot) (increase(tidewire_bridge_dropped_events_total[5m]))", "{{slot}} lost"),
                    Query("sum by (slot) (increase(tidewire_bridge_duplicate_messages_total[5m]))", "{{slot}} doubled"),
                    Query("sum by (slot) (increase(tidewire_bridge_refused_requests_total[5m]))", "{{slot}} refused"),
                ),
            ),
        ),
        Row(
            "Bounds",
            (
                course(
                    "REST weight",
                    "Of the requests of this minute, by the exchange's own count.",
                    Query("max by (slot) (tidewire_bridge_rest_weight)", "{{slot}}"),
                ),
                course("Tasks", "Of the event loop.", Query("max by (slot) (tidewire_bridge_tasks)", "{{slot}}")),
            ),
        ),
    ),
)
