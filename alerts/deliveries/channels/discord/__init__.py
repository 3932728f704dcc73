"""By Discord: to the channel of a webhook."""
