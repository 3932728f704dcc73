"""Events of the trading engine, of kill switches and of the log: the same that whole deployments are shown."""

from tests.conformance.channels.samples import DOTTED, KILL_SWITCH
from tests.conformance.channels.samples import Sample as Shown
from tests.gateway.dialects.samples import NamedSample


def sample_of(shown: Shown) -> NamedSample:
    """Return what the owner, user 42, is shown by the widest pattern; its data hold no times."""
    return NamedSample(shown.make("42"), "*", shown.channel, shown.name, lambda _: shown.data)


ENGINE_SAMPLES = [*map(sample_of, DOTTED), *map(sample_of, KILL_SWITCH)]
