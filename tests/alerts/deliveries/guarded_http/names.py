"""A name server of the test."""


class Names(dict[str, list[str]]):
    """What a name server tells, besides the real one; `only_once` lets it know each name for one question."""

    only_once = False
