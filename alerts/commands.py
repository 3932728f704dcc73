"""The WebSocket commands of this app, registered when the app is ready."""
