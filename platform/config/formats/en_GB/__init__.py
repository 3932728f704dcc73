"""As in Britain, the language of the admin."""
