"""By ntfy (ntfy.sh, or a server of one's own): to whoever has subscribed the user's topic."""
