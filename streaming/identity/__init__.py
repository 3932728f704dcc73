"""Who asks: as which user, by which credential and for what it may be used, from which address; without sockets."""
