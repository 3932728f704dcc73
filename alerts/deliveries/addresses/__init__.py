"""Where the channels reach a user: kept, changed over REST, and switched off where they don't."""
