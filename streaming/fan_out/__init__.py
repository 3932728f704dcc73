"""From the channel layer to every subscriber of a process: decoded once, encoded once, the same bytes to all."""
