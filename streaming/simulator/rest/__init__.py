"""The REST API: what it lists and answers, what it refuses, and what requests weigh."""
