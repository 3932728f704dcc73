"""Paper accounts as users have them: made at first use, with balances and limits, and a way to begin anew."""
