"""uvicorn with what a gateway needs besides."""
