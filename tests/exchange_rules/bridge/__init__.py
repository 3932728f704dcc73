"""Section 3 of the rules: what the bridge itself keeps to."""
