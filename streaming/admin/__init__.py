"""What pages of the admin are built on: tables that are only read, and filters that an index serves."""
