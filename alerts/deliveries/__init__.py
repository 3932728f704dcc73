"""The worker that carries notifications to their users, and the channels by which it does."""
