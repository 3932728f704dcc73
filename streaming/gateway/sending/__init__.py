"""How frames reach one client: at once, gathered, conflated, bounded."""
