"""Orders: what is asked for, the states that an order goes through, and what is refused before it is placed."""
