"""By Telegram: to a chat, by a bot of the user's own."""
