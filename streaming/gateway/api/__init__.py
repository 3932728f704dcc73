"""What is asked of a running gateway over HTTP, or by the admin."""
