"""One connection after another: opened, kept by a heartbeat, lost, and opened again."""
