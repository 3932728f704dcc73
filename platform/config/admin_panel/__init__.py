"""How the admin panel looks, and what it shows of all apps together."""
