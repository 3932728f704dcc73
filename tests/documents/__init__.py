"""The documents as a whole: the site that is built of them, and what their examples are."""
