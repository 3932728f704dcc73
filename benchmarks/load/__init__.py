"""What the servers are given to do: clients, publishers, and the processes that they run in."""
