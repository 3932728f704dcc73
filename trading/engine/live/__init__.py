"""Paper trading on a live market: sub-accounts here, and in rooms what trades on them and what is recorded of it."""
