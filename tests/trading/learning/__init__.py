"""Models that learn: what they see, when they learn it, how they are judged, and when they are silent."""
