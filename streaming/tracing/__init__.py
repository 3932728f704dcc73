"""What belongs together: the id under which logs, rows and messages of all processes name one request or command."""
