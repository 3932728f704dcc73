"""From events to the channel layer: gathered by topic, numbered, kept to be sent again, and held as last values."""
