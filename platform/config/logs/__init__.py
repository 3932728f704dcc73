"""What is logged, how, and what never is: secrets."""
