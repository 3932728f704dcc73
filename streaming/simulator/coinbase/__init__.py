"""A simulated Coinbase Exchange: its public feed and REST on a socket of its own, over the market of another exchange.

It shares no wire code with `streaming.market`. `frames`: what it sends; `feeds`: what a subscription brings;
`requests`: what a client asks for; `rest` and `rest_rows`; `exchange` puts them together.
"""
