"""What the documents show is run as it stands, and prints what they say."""
