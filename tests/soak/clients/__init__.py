"""Who comes in a run: witnesses, restless clients, hostile ones and the honest beside them."""
