"""Alert rules: their parameters, use cases, commands and REST."""
