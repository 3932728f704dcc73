"""By webhook: a signed POST to an address of the user."""
