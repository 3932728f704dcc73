"""Settings of notes."""

from streaming.configuration.environment import POSITIVE, env

# -- Notes ----------------------------------------------------------------------------------------------------------
#: How often old notes are deleted.
SAMPLE_FORGET_SECONDS = env.float("SAMPLE_FORGET_SECONDS", 600.0, validate=POSITIVE)
