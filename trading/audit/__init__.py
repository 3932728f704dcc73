"""The audit: who did what, when and from where, in a chain that shows what was changed or removed."""
