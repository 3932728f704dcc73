"""What holds orders back: the limits of accounts, with what accounts have at stake by their rows."""
