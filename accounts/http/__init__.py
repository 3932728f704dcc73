"""What all of REST shares, in other apps too: how a body is read, how often one may ask, how errors are told."""
