"""An exchange that speaks Binance's wire protocol on a real socket, over a small market of its own.

It shares no wire code with `streaming.market`, so that a mistake in one shows against the other. Its pure core:
`market`, the order books and who trades in them, and `candles`, of today and of years before. Around it: `streams`, its
sockets; `rest`; `archive`, files of the same candles; `faults`, and what acts on them; `replay`, which plays a recorded
session instead. `server` puts them together; through `control_endpoint` a test asks for faults.
"""
