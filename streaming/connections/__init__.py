"""What apps may know of clients' connections; the connections themselves are the gateway's."""
