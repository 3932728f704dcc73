"""The real processes: started, stopped, killed, and what they answer meanwhile."""
