"""REST as apps declare it: an address is a set of use cases, with one way in, one way out and one shape of errors."""
