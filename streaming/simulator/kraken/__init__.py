"""A simulated Kraken: WebSocket version 2 and public REST on a socket of its own, over the market of another exchange.

It shares no wire code with `streaming.market`. `listing`: its pairs and how it spells them; `frames`: what it sends;
`feeds`: what a subscription brings; `requests`: what a client asks for; `exchange` puts them together.
"""
