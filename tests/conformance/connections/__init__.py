"""How a connection begins, logs in and ends, and the HTTP beside it."""
