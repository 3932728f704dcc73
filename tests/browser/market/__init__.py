"""The market on the page: chart, order book, overview, and what the exchange's side goes through."""
