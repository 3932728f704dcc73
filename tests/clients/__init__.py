"""What tests of clients need besides a gateway: a proxy that cuts, an exchange that fails, and both behind one door."""
