"""What the form of a rule offers to choose from; what depends on the rule's owner may be asked for by the page."""

from collections.abc import Collection, Mapping

from alerts.admin.rules.drawn_lines import line_in_words, lines_drawn
from alerts.conditions.rule import AlertSource
from alerts.models.choices import SOURCES
from alerts.rules.series_choice import FIELDS
from streaming.indicators.catalogue import CATALOGUE
from streaming.installed import signal_source, wallet_source

Choices = list[tuple[str, str]]
"""What is sent, and what people read."""
NOTHING: Choices = [("", "-")]
"""What is offered beside the choices of a field that may stay empty."""
_COIN: Choices = [("", "the chain's coin")]
_LONGEST_ID = 18


def strategy_choices(owner: object, kept: str = "") -> Choices:
    """Return the active strategies of a user, and the one that a rule has, though it may have ended.

    `owner` is an id as a form has it, which may be none; of nobody there is nothing.
    """
    source, owner_id = signal_source(), _owner_id(owner)
    active = {} if source is None or owner_id is None else source.active_of(owner_id)
    return NOTHING + _with_kept(active, kept, kept)


def line_choices(owner: object, symbol: str, kept: str = "") -> Choices:
    """Return the lines that a user has drawn on a symbol, and the one that a rule has, though it may be gone."""
    owner_id = _owner_id(owner, symbol)
    return NOTHING + _with_kept({} if owner_id is None else lines_drawn(owner_id, symbol), kept, line_in_words(kept))


def token_choices(owner: object, chain: str, kept: str = "") -> Choices:
    """Return a chain's coin, the tokens that are told of a user's wallets there, and the one that a rule has."""
    source, owner_id = wallet_source(), _owner_id(owner, chain)
    if source is None:
        return _COIN + _with_kept({}, kept, kept)
    symbols = {} if owner_id is None else source.tokens(owner_id, chain)
    named = {token: f"{symbol}, {source.shortened(token)}" for token, symbol in symbols.items()}
    return _COIN + _with_kept(dict(sorted(named.items(), key=lambda one: one[1])), kept, source.shortened(kept))


def wallet_choices(owner: object, chain: str) -> Choices:
    """Return the addresses that a user watches on a chain."""
    source, owner_id = wallet_source(), _owner_id(owner, chain)
    return [] if source is None or owner_id is None else list(source.wallets(owner_id, chain).items())


def _owner_id(owner: object, *names: str) -> int | None:
    """Return whom the database is asked about: nobody where no id is written, or a name that nothing can have."""
    written = str(owner)
    is_id = written.isdecimal() and len(written) <= _LONGEST_ID
    return int(written) if is_id and all(name.isprintable() for name in names) else None


def _with_kept(offered: Mapping[str, str], kept: str, words: str) -> Choices:
    """Return what is offered, and what a rule has, be it offered no longer."""
    is_gone = kept and kept not in offered
    return [*offered.items(), *([(kept, words)] if is_gone else [])]


def field_choices() -> list[tuple[str, str]]:
    """Return all fields that any source has, each with the sources that have it."""
    named: dict[str, list[str]] = {}
    for source, fields in FIELDS.items():
        for field in fields if len(fields) > 1 else ():
            named.setdefault(field, []).append(source.value)
    for indicator in CATALOGUE.values():
        for output in indicator.outputs:
            named.setdefault(output, []).append(indicator.name)
    return [(field, f"{field} ({', '.join(owners)})") for field, owners in named.items()]


def indicator_choices() -> list[tuple[str, str]]:
    """Return the indicators that there are, with their parameters as they are where none are given."""
    return [
        (
            indicator.name,
            f"{indicator.title} ({', '.join(f'{one.name}={one.default:f}' for one in indicator.parameters)})",
        )
        for indicator in CATALOGUE.values()
    ]


def followed_chains() -> Collection[str]:
    """Return the names of the chains that are followed; asks the database."""
    source = wallet_source()
    return () if source is None else source.chains()


def chain_choices(followed: Collection[str], kept: str) -> Choices:
    """Return the chains that are followed, and the one that a rule has, though it may be followed no longer."""
    return [(name, name) for name in sorted({*followed, kept} - {""})]


def told_sources(followed: Collection[str]) -> Collection[AlertSource]:
    """Return the sources that tell something: wallets where a chain is `followed`, strategies where an app has any."""
    silent = {AlertSource.WALLET: not followed, AlertSource.STRATEGY: signal_source() is None}
    return [source for source in AlertSource if not silent.get(source)]


def source_choices(told: Collection[AlertSource], kept: str) -> Choices:
    """Return the sources that tell something, and the one that a rule has."""
    return [(name, words) for name, words in SOURCES if name == kept or name in told]
