"""How an exchange is asked by HTTP: politely, at the address that works, within a budget of weight."""
