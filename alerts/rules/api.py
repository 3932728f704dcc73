"""REST: `/api/v1/alerts/…`, with the parameters, answers and refusals of the commands `alerts.*`."""

from alerts.rules.use_cases import (
    CLONE_RULE,
    CREATE_RULE,
    DELETE_RULE,
    DISABLE_RULE,
    ENABLE_RULE,
    GET_RULE,
    LIST_EVENTS,
    LIST_RULES,
    RESUME_RULE,
    SNOOZE_RULE,
    TEST_RULE,
    UPDATE_RULE,
)
from streaming.rest.views import StructView


class RulesApi(StructView):
    """`/api/v1/alerts/rules/`: the user's alert rules, newest first."""

    use_cases = {"GET": LIST_RULES, "POST": CREATE_RULE}


class RuleApi(StructView):
    """`/api/v1/alerts/rules/<id>/`: one alert rule."""

    use_cases = {"GET": GET_RULE, "PATCH": UPDATE_RULE, "DELETE": DELETE_RULE}


class RuleEnableApi(StructView):
    """`/api/v1/alerts/rules/<id>/enable/`: switches a rule on, which begins anew."""

    use_cases = {"POST": ENABLE_RULE}


class RuleDisableApi(StructView):
    """`/api/v1/alerts/rules/<id>/disable/`: switches a rule off."""

    use_cases = {"POST": DISABLE_RULE}


class RuleSnoozeApi(StructView):
    """`/api/v1/alerts/rules/<id>/snooze/`: silences a rule until a time."""

    use_cases = {"POST": SNOOZE_RULE}


class RuleResumeApi(StructView):
    """`/api/v1/alerts/rules/<id>/resume/`: ends a rule's silence."""

    use_cases = {"POST": RESUME_RULE}


class RuleCloneApi(StructView):
    """`/api/v1/alerts/rules/<id>/clone/`: makes a copy of a rule, switched off."""

    use_cases = {"POST": CLONE_RULE}


class RuleTestApi(StructView):
    """`/api/v1/alerts/rules/<id>/test/`, `…/rules/test/`: how often a rule would have fired within the last day."""

    use_cases = {"POST": TEST_RULE}


class EventsApi(StructView):
    """`/api/v1/alerts/events/`: the firings of the user's rules, newest first."""

    use_cases = {"GET": LIST_EVENTS}
