"""A command that changes something whose effect a test can count: an app that a gateway is given besides its own."""
