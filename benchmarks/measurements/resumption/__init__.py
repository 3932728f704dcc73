"""What clients that come back cost, and whether any of them loses something."""
