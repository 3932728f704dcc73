"""The channels: a folder each, with how it sends and its texts. A new one is one more, and a line in `transports`."""
