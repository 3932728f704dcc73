"""Whether clocks agree: that of this machine with that of whoever was asked. Pure."""

from config.doctor.findings import Finding, failed, ok, warning

_DOUBTFUL_MS = 250.0
_BAD_MS = 1000.0
_TO_DO = "let NTP keep the clocks of all hosts (timedatectl, chronyc tracking): leases and presence compare them"


def clock_finding(whose: str, *, asked_at: float, theirs: float, answered_at: float, accuracy: float = 0.0) -> Finding:
    """Return by how much a clock differs; all in ms since the epoch, and `accuracy` is how exact it tells the time.

    What the way there and back took may hide as much as its half.
    """
    difference = theirs - (asked_at + answered_at) / 2
    at_least = abs(difference) - (answered_at - asked_at) / 2 - accuracy
    text = f"{whose} is {abs(difference):,.0f} ms {'ahead of' if difference > 0 else 'behind'} this machine"
    if at_least >= _BAD_MS:
        return failed("clock", text, _TO_DO)
    return warning("clock", text, _TO_DO) if at_least >= _DOUBTFUL_MS else ok("clock", text)
