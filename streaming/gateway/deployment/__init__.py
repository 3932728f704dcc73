"""What the gateways know of each other and of the whole deployment."""
