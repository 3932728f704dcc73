"""Reading and changing one's own preferences, for commands and REST."""

from alerts.preferences.answers import PreferencesAnswer, preferences_answer
from alerts.preferences.parameters import PreferencesGiven
from alerts.preferences.services import preferences_set
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope

_THROTTLE = "THROTTLE_NOTIFICATIONS"


def _get(caller: Caller, _: NoParameters) -> PreferencesAnswer:
    """Return one's preferences."""
    return preferences_answer(caller.user_id, caller.write_time)


def _set(caller: Caller, given: PreferencesGiven) -> PreferencesAnswer:
    """Change one's preferences; what isn't given stays."""
    preferences_set(user_id=caller.user_id, given=given, now=caller.now)
    return preferences_answer(caller.user_id, caller.write_time)


GET_PREFERENCES = UseCase(act=_get, answer=PreferencesAnswer)
SET_PREFERENCES = UseCase(
    parameters=PreferencesGiven,
    act=_set,
    answer=PreferencesAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
