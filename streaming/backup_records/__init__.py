"""When backups of this database were made, for those who watch over a deployment."""
