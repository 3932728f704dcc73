"""Results: what a run came to, in the form in which it is kept, and in that in which it is shown."""
