"""The paper exchange: what it accepts, which orders the market reaches, and at what prices they are executed."""
