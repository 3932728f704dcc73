"""API keys, for programs: made, listed and revoked by their owner, and what of REST one may use."""
