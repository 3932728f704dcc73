"""By Slack: to the channel of an incoming webhook."""
