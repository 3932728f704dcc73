"""How a connection begins: where, by whom, and how it is refused."""
