"""What a program wants to hear: the channels that it subscribed, and its handlers and iterators."""
