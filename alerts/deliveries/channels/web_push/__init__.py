"""By web push, to the browsers that the user has subscribed (RFC 8030, 8291, 8292)."""
