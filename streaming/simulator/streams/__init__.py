"""The WebSocket streams: names, frames, control messages, connections, and who is sent what."""
