"""What users hold, at present prices."""
