"""The platform in one process: the demo, and the developer's server with the workers beside it."""
