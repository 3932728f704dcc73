"""What operators see of trading: orders, grids, strategies and backtests, and the chains of wallets."""

from deploy.grafana.panels import Dashboard, Query, Row, Unit, course

_RATE = "$__rate_interval"

TRADING = Dashboard(
    "trading",
    "Trading",
    "Orders, grids, strategies and backtests, and the chains of wallets.",
    (
        Row(
            "Orders",
            (
                course(
                    "What happens to orders",
                    "Of gateways and the worker together.",
                    Query(f"sum by (event) (rate(tidewire_trading_order_events_total[{_RATE}]))", "{{event}}"),
                    unit=Unit.PER_SECOND,
                ),
                course(
                    "Whose they are",
                    "Events of orders by who placed them.",
                    Query(f"sum by (placed_by) (rate(tidewire_trading_order_events_total[{_RATE}]))", "{{placed_by}}"),
                    unit=Unit.PER_SECOND,
                ),
                course("Open orders", "Of all users.", Query("max(tidewire_trading_open_orders)", "open")),
            ),
        ),
        Row(
            "What runs",
            (
                course(
                    "Grids and strategies",
                    "Paused ones wait for their market's data.",
                    Query("max(tidewire_trading_grids_running)", "grids running"),
                    Query("max(tidewire_trading_grids_paused)", "grids paused"),
                    Query("max(tidewire_trading_strategies_running)", "strategies running"),
                ),
                course(
                    "Symbols",
                    "That are followed, and of these paused.",
                    Query("max(tidewire_trading_symbols_followed)", "followed"),
                    Query("max(tidewire_trading_symbols_paused)", "paused"),
                ),
                course(
                    "Backtests",
                    "And those that ended within five minutes.",
                    Query("max(tidewire_trading_backtests_running)", "running"),
                    Query("max(tidewire_trading_backtests_waiting)", "waiting"),
                    Query("sum by (state) (increase(tidewire_trading_backtests_ended_total[5m]))", "{{state}}"),
                ),
            ),
        ),
        Row(
            "Whether it keeps up",
            (
                course(
                    "Last turn took",
                    "It grows where the database is slow.",
                    Query("max(tidewire_trading_last_turn_seconds)", "turn"),
                    unit=Unit.SECONDS,
                ),
                course(
                    "Events to be told",
                    "Of trading and of wallets.",
                    Query("max(tidewire_trading_events_waiting)", "trading"),
                    Query("max(tidewire_wallets_events_waiting)", "wallets"),
                ),
                course(
                    "The oldest waits for",
                    "It grows where Redis is away, or the worker behind.",
                    Query("max(tidewire_trading_oldest_event_seconds)", "trading"),
                    Query("max(tidewire_wallets_oldest_event_seconds)", "wallets"),
                    unit=Unit.SECONDS,
                ),
            ),
        ),
        Row(
            "Chains",
            (
                course(
                    "State",
                    "Of each chain that is followed.",
                    Query("max by (chain, state) (tidewire_wallets_chain_state) == 1", "{{chain}}: {{state}}"),
                ),
                course(
                    "Followed, and without blocks",
                    "Chains, and of each whether blocks come.",
                    Query("max(tidewire_wallets_chains_followed)", "followed"),
                    Query("max(tidewire_wallets_chains_disconnected)", "without blocks"),
                    Query("max by (chain) (tidewire_wallets_chain_up)", "{{chain}}"),
                ),
                course(
                    "Blocks behind",
                    "Each chain's, and the most of all, by the worker's own word.",
                    Query("max by (chain) (tidewire_wallets_chain_blocks_behind)", "{{chain}}"),
                    Query("max(tidewire_wallets_blocks_behind)", "most"),
                ),
                course(
                    "Blocks",
                    "A minute.",
                    Query("max by (chain) (delta(tidewire_wallets_chain_block_number[5m])) / 5", "{{chain}}"),
                ),
            ),
        ),
    ),
)
