"""Who works where only one may: by leases in the database, with numbers that fence off whoever had them before."""
