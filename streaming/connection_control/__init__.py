"""The connections of all clients, for operators: who is there, and ending one."""
