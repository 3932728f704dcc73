"""By WebSocket: to every connection of the user that reads `notifications` or `alerts`."""
