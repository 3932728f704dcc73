"""The worker that evaluates rules on the live streams and stores what fires."""
