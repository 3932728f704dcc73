"""What the admin tells of a rule besides its columns: its conditions in words, and how far its value is from firing."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from unfold.decorators import display

from alerts.admin.condition_text import rule_in_words
from alerts.admin.labels import DONE, RULE_LABELS, STATE_WORDS, SWITCHED_OFF
from alerts.admin.rules.states import is_done
from alerts.events import AlertState
from alerts.models import AlertRule
from alerts.rules.conditions import restored
from alerts.rules.definition import milliseconds_of, rule_of
from alerts.rules.distance import distance_of
from streaming.admin.shown_values import ABSENT, plain_number
from streaming.numbers import in_plain_notation

UNREADABLE = "conditions that can't be read"


class RuleColumns:
    """Columns of the list, and read-only fields of the page."""

    @display(description="Rule", header=True, ordering="name")
    def name_and_conditions(self, rule: AlertRule) -> list[str]:
        """The name over what it waits for."""
        return [rule.name, ": ".join(filter(None, (rule.symbol, conditions_in_words(rule))))]

    @display(description="State", ordering="state", label=RULE_LABELS)
    def state_label(self, rule: AlertRule) -> str:
        """What it does now; a rule that is switched off does nothing."""
        if not rule.enabled:
            return SWITCHED_OFF
        return DONE if is_done(rule) else STATE_WORDS[AlertState(rule.state)]

    @display(description="Last value", ordering="last_value_at")
    def last_value_in_words(self, rule: AlertRule) -> str:
        """The last value of its first condition."""
        return plain_number(rule.last_value)

    @display(description="Distance")
    def distance_in_words(self, rule: AlertRule) -> str:
        """What that must still move by until the threshold, or nearer bound, of the first condition."""
        try:
            far = distance_of(restored(rule.conditions)[0], rule.last_value, milliseconds_of(rule.last_value_at))
        except (ValueError, IndexError):
            return UNREADABLE
        if far is None:
            return ABSENT
        sign = "+" if far.absolute > 0 else ""
        percent = "" if far.percent is None else f" ({far.percent:+f}\u00a0%)"
        return f"{sign}{in_plain_notation(far.absolute)}{percent}"

    @display(description="Channels")
    def channels_in_words(self, rule: AlertRule) -> str:
        """By which channels its owner is told."""
        return ", ".join(rule.channels) or "as the owner prefers"

    @display(description="Conditions")
    def conditions_in_words(self, rule: AlertRule) -> str:
        """What it waits for."""
        return conditions_in_words(rule)


def conditions_in_words(rule: AlertRule) -> str:
    """Return what a rule waits for; that it can't be read where an older version wrote it."""
    try:
        return rule_in_words(rule_of(rule))
    except ValueError:
        return UNREADABLE
