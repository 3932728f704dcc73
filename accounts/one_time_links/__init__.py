"""Links that are mailed, work once, and lead to pages that need no scripts."""
