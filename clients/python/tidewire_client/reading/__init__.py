"""From the text of frames to messages and typed events. Pure."""
