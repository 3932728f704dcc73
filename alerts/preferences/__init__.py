"""What a user prefers: channels by kind, quiet hours, digests; and the addresses of channels."""
