"""What a batch of the evaluation becomes in the tables: firings, their notifications, rules and last values."""
