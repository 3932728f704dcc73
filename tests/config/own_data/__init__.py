"""What apps say of their users' rows: all models are declared, and gone with their user."""
