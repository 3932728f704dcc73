"""What a session is subscribed to, and who may read what."""
