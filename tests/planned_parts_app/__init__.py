"""An app that takes the place of all that is planned, so that tests can tell its events over every dialect."""
