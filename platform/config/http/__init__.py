"""What pages there are beside the apps', and what every request and answer passes through."""
