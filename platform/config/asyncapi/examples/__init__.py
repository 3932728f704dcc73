"""What the documents show: events made up field by field, frames that the dialects write of them, and what is asked.

values    what an example says, by a field's name
events    an event of each kind, and its frame
data      what a schema describes
commands  parameters that a command takes as they stand
"""
