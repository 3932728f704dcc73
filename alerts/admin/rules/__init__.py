"""The admin's pages of rules: each row, its form, what may be done with it, and rules as files."""
