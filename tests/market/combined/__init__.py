"""Combined prices."""
