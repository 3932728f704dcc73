"""The exchanges that a bridge can read: a folder each, beside what they have in common."""
