"""An exchange that speaks Binance's wire protocol on a real socket, over a small market of its own.

It shares no wire code with `streaming.market`, so that a mistake in one shows against the other. The pure core, from
the bottom up: instruments, order_book, matching, aggregates; candles, allotment, subdivision, days, history,
candle_store, ticker; activity, fair_value, maker, takers, market. Around it: frames, wire, streams, fan_out, control,
rest, connection, server; listing and rest_weights for REST; archive, of the same candles; faults and what acts on them;
replay and replay_exchange, which play a recorded session instead.
"""
