"""Watch lists: which symbols a user looks at, in lists of the user's own; favourites are one of them."""
