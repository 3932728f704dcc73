"""Between the rows of sub-accounts, orders and grids, and the engine: loaded, compared, stored."""
