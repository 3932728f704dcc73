"""The fields of one condition: of a rule's first, which stands flat in the rule's form, and of each further one."""

# unfold has no types; Django's form classes are of no type here.
# mypy: disable-error-code="import-untyped, misc"

from collections.abc import Mapping
from typing import Any

from unfold.widgets import UnfoldAdminSelectWidget

from alerts.admin.rules.choices import (
    NOTHING,
    Choices,
    chain_choices,
    field_choices,
    followed_chains,
    indicator_choices,
    line_choices,
    source_choices,
    strategy_choices,
    token_choices,
    told_sources,
    wallet_choices,
)
from alerts.admin.rules.drawn_lines import line_of_text, text_of_line
from alerts.admin.rules.fields import SuggestingTextWidget, asking, choice_field, text_field
from alerts.admin.rules.indicator_parameters import OF_LEVEL, OF_SERIES, IndicatorParametersForm
from alerts.models.choices import ACTIONS, INTERVALS, OPERATORS, SOURCES
from alerts.rules.level_source import LEVEL_SOURCES

CONDITION_FIELDS = (
    ("source", "interval"),
    ("field", "indicator"),
    OF_SERIES.row,
    ("strategy", "action"),
    ("chain", "address", "token", "tx"),
    ("operator", "threshold", "hysteresis"),
    ("line",),
    ("level_source", "level_interval"),
    ("level_field", "level_indicator"),
    OF_LEVEL.row,
    ("lower", "upper"),
    ("amount", "percent", "within_seconds"),
)
"""In rows."""
_LEVEL = {
    "level_source": "source",
    "level_interval": "interval",
    "level_field": "field",
    "level_indicator": "indicator",
}
"""The fields of another series that is the level, and what of `level_source` they say beside its parameters."""
_PARAMETERS = {"within_seconds": "window"}
"""The parameters of fields that have another name: to the page's script `window` is the browser's."""
_FIELDS_BY_PATH = {
    **{parameter: field for field, parameter in _PARAMETERS.items()},
    **{f"level_source.{part}": field for field, part in _LEVEL.items()},
}
_FLAT = tuple(name for row in CONDITION_FIELDS for name in row if name not in {*_LEVEL, *OF_SERIES.row, *OF_LEVEL.row})


class ConditionForm(IndicatorParametersForm):
    """A condition as it is given: `given`, once the form is valid."""

    source = choice_field(NOTHING)
    interval = choice_field(NOTHING + INTERVALS)
    field = choice_field(
        NOTHING + field_choices(),
        help_text="Empty: the first that the source has. A portfolio's drawdown is in per cent; confirmations, failed "
        "and dropped are of a transaction, or of each of a wallet's.",
    )
    indicator = choice_field(NOTHING + indicator_choices())
    strategy = text_field(
        help_text="One of the owner's that hasn't ended. Empty: the symbol's public ones.",
        widget=UnfoldAdminSelectWidget(),
    )
    action = choice_field(NOTHING + ACTIONS)
    chain = choice_field(NOTHING, help_text="Of a wallet or a transaction that the owner watches.")
    address = text_field(
        help_text="The wallet's, for incoming, outgoing or balance, and for what happens to any of its transactions. "
        "Those that the owner watches on the chain are suggested.",
        widget=SuggestingTextWidget(),
    )
    token = text_field(
        help_text="Of those that are listed on the chain, or named by the owner for a wallet there.",
        widget=UnfoldAdminSelectWidget(),
    )
    tx = text_field(
        "Transaction",
        "For confirmations, failed or dropped of one transaction alone, in place of an address: its hash, 0x and 64 "
        "hexadecimal digits. The owner watches it, and it isn't final yet.",
    )
    operator = choice_field(NOTHING + OPERATORS)
    threshold = text_field()
    hysteresis = text_field(help_text="How far the value must come back before a level counts anew.")
    line = text_field(
        help_text="In place of a threshold, one of the trend lines that the owner has drawn on the symbol's chart, as "
        "it is now. It goes on to the right.",
        widget=UnfoldAdminSelectWidget(),
    )
    level_source = choice_field(
        NOTHING + [choice for choice in SOURCES if choice[0] in LEVEL_SOURCES],
        label="Series of the level",
        help_text="In place of a threshold, another series: what this one of the symbol says at the same moment.",
    )
    level_interval = choice_field(NOTHING + INTERVALS, label="Interval of the level")
    level_field = choice_field(
        NOTHING + field_choices(), label="Field of the level", help_text="Empty: the first that the source has."
    )
    level_indicator = choice_field(NOTHING + indicator_choices(), label="Indicator of the level")
    lower = text_field("Lower bound")
    upper = text_field("Upper bound")
    amount = text_field("Moves by")
    percent = text_field("Moves by per cent")
    within_seconds = text_field()

    @property
    def given(self) -> dict[str, Any]:
        """The parameters that the fields make; those that are empty aren't given."""
        cleaned = self.cleaned_data
        given: dict[str, Any] = {_PARAMETERS.get(name, name): cleaned[name] for name in _FLAT if cleaned.get(name)}
        level = {part: cleaned[field] for field, part in _LEVEL.items() if cleaned.get(field)}
        if "line" in given:
            given["line"] = line_of_text(given["line"])
        for fields, series in ((OF_SERIES, given), (OF_LEVEL, level)):
            if parameters := fields.given(cleaned):
                series["parameters"] = parameters
        return given | ({"level_source": level} if level else {})

    @property
    def is_empty(self) -> bool:
        """Whether no field holds anything."""
        return not any(self[name].value() for name in self.fields)

    def fields_by_path(self) -> dict[str, str]:
        """Return the fields by the paths of their parameters in the condition, as far as they have other names."""
        return _FIELDS_BY_PATH | OF_SERIES.by_path(self.cleaned_data) | OF_LEVEL.by_path(self.cleaned_data)

    def offer(self, *, owner: object, symbol: str, is_new: bool, at_once: bool = False) -> None:
        """Offer what the owner has, and what the condition has, though it may be gone.

        The page asks for it anew as its fields change, and `at_once` where they may have changed before.
        """
        kept = {name: self[name].value() or "" for name in ("chain", "strategy", "line", "token")}
        followed = followed_chains()
        sources = source_choices(told_sources(followed), self.initial.get("source", ""))
        chains = chain_choices(followed, self.initial.get("chain", ""))
        for name, choices in (("source", sources), ("chain", chains)):
            field: Any = self.fields[name]
            field.choices = NOTHING + choices
        self._choose("strategy", strategy_choices(owner, kept["strategy"]))
        self._choose("line", line_choices(owner, symbol, kept["line"]))
        self._choose("token", token_choices(owner, kept["chain"], kept["token"]))
        self._choose("address", wallet_choices(owner, kept["chain"]))
        self._ask({"owner": "owner" if is_new else owner}, at_once=at_once)

    def _choose(self, field: str, choices: Choices) -> None:
        widget: Any = self.fields[field].widget
        widget.choices = choices

    def _ask(self, of_owner: Mapping[str, object], *, at_once: bool) -> None:
        """Let the page ask whenever the owner of a new rule is another, or the symbol, or the chain."""
        of_symbol, of_chain = {**of_owner, "symbol": "symbol"}, {**of_owner, "chain": "chain"}
        chosen = {"strategy": ("strategies", of_owner), "line": ("lines", of_symbol), "token": ("tokens", of_chain)}
        for field, (kind, needed) in chosen.items():
            self.fields[field].widget.attrs["x-init"] = asking(kind, needed, field=field, at_once=at_once)
        addresses: Any = self.fields["address"].widget
        addresses.list_attrs = {"x-init": asking("wallets", of_chain, at_once=at_once)}


def condition_initial(condition: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields show of a condition as it is kept."""
    level = condition.get("level_source") or {}
    return {
        **{name: condition.get(_PARAMETERS.get(name, name), "") for name in _FLAT},
        **{field: level.get(part, "") for field, part in _LEVEL.items()},
        **OF_SERIES.initial(condition),
        **OF_LEVEL.initial(level),
        "line": text_of_line(condition.get("line") or {}),
    }
