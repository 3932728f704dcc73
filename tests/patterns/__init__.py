"""Regular expressions that meet foreign text: all of them, and how their time grows."""
