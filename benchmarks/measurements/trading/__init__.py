"""Of trading: the engine alone, in memory, by processor time."""
