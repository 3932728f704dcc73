"""An app that brings one of everything, as any app of the platform may: what it takes stands in this folder alone."""
