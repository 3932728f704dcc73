"""REST: `/api/v1/notifications/preferences/`."""

from alerts.preferences.use_cases import GET_PREFERENCES, SET_PREFERENCES
from streaming.rest.views import StructView


class PreferencesApi(StructView):
    """`/api/v1/notifications/preferences/`: one's own preferences; what PATCH doesn't name stays as it is."""

    use_cases = {"GET": GET_PREFERENCES, "PATCH": SET_PREFERENCES}
