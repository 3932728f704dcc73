"""What the deployment was in each minute of the last day, for operators."""
