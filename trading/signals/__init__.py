"""Public signals: the newest ones, what became of each, and how often and how surely they were right."""
