"""What was told on channels of which every event counts, kept for a while for clients that were away.

It numbers events, keeps them within bounds, and says whether all that somebody missed is there. Without Django, and
without a word about what the events are: it keeps bytes.
"""
