"""Indicators on candles, as rules look at them: a `catalogue` of them, and how each is carried forward (`running`)."""
