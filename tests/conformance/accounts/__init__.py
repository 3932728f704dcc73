"""Users, tokens and keys over REST, and who may read what."""
