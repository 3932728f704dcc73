"""What is measured, each with what it was compared to."""
