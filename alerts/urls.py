"""The paths below `/api/v1/`: `alerts/…` and `notifications/…`."""

from django.urls import URLPattern, URLResolver, path

from alerts.deliveries.addresses import service_use_cases as services
from alerts.deliveries.addresses import use_cases as addresses
from alerts.notifications import use_cases as notifications
from alerts.preferences import use_cases as preferences
from alerts.rules import use_cases as rules
from streaming.rest.views import StructView

app_name = "alerts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/rules/", StructView.of(GET=rules.LIST_RULES, POST=rules.CREATE_RULE).as_view(), name="alert-rules"),
    path(
        "alerts/rules/clear-finished/",
        StructView.of(POST=rules.CLEAR_FINISHED_RULES).as_view(),
        name="alert-rules-clear-finished",
    ),
    path("alerts/rules/test/", StructView.of(POST=rules.TEST_RULE).as_view(), name="alert-rules-test"),
    path(
        "alerts/rules/<int:id>/",
        StructView.of(GET=rules.GET_RULE, PATCH=rules.UPDATE_RULE, DELETE=rules.DELETE_RULE).as_view(),
        name="alert-rule",
    ),
    path("alerts/rules/<int:id>/enable/", StructView.of(POST=rules.ENABLE_RULE).as_view(), name="alert-rule-enable"),
    path("alerts/rules/<int:id>/disable/", StructView.of(POST=rules.DISABLE_RULE).as_view(), name="alert-rule-disable"),
    path("alerts/rules/<int:id>/snooze/", StructView.of(POST=rules.SNOOZE_RULE).as_view(), name="alert-rule-snooze"),
    path("alerts/rules/<int:id>/resume/", StructView.of(POST=rules.RESUME_RULE).as_view(), name="alert-rule-resume"),
    path("alerts/rules/<int:id>/clone/", StructView.of(POST=rules.CLONE_RULE).as_view(), name="alert-rule-clone"),
    path("alerts/rules/<int:id>/test/", StructView.of(POST=rules.TEST_RULE).as_view(), name="alert-rule-test"),
    path("alerts/events/", StructView.of(GET=rules.LIST_EVENTS).as_view(), name="alert-events"),
    path("notifications/", StructView.of(GET=notifications.LIST_NOTIFICATIONS).as_view(), name="notifications"),
    path("notifications/read/", StructView.of(POST=notifications.MARK_READ).as_view(), name="notifications-read"),
    path(
        "notifications/read-all/",
        StructView.of(POST=notifications.MARK_ALL_READ).as_view(),
        name="notifications-read-all",
    ),
    path("notifications/ack/", StructView.of(POST=notifications.ACKNOWLEDGE).as_view(), name="notifications-ack"),
    path(
        "notifications/broadcast/",
        StructView.of(POST=notifications.BROADCAST).as_view(),
        name="notifications-broadcast",
    ),
    path(
        "notifications/preferences/",
        StructView.of(GET=preferences.GET_PREFERENCES, PATCH=preferences.SET_PREFERENCES).as_view(),
        name="notifications-preferences",
    ),
    path(
        "notifications/channels/", StructView.of(GET=addresses.LIST_CHANNELS).as_view(), name="notifications-channels"
    ),
    path(
        "notifications/channels/test/",
        StructView.of(POST=addresses.SEND_TEST).as_view(),
        name="notifications-channels-test",
    ),
    path(
        "notifications/channels/results/",
        StructView.of(GET=addresses.LIST_RESULTS).as_view(),
        name="notifications-channels-results",
    ),
    path(
        "notifications/push/",
        StructView.of(GET=addresses.LIST_SUBSCRIPTIONS, POST=addresses.PUT_SUBSCRIPTION).as_view(),
        name="notifications-push",
    ),
    path(
        "notifications/push/<int:id>/",
        StructView.of(DELETE=addresses.DELETE_SUBSCRIPTION).as_view(),
        name="notifications-push-one",
    ),
    path(
        "notifications/webhook/",
        StructView.of(GET=addresses.GET_WEBHOOK, PUT=addresses.PUT_WEBHOOK, DELETE=addresses.DELETE_WEBHOOK).as_view(),
        name="notifications-webhook",
    ),
    path(
        "notifications/services/",
        StructView.of(GET=services.LIST_SERVICE_ADDRESSES, PUT=services.PUT_SERVICE_ADDRESS).as_view(),
        name="notifications-services",
    ),
    path(
        "notifications/services/<str:channel>/",
        StructView.of(DELETE=services.DELETE_SERVICE_ADDRESS).as_view(),
        name="notifications-service",
    ),
    path("notifications/mails/", StructView.of(GET=addresses.LIST_MAILS).as_view(), name="notifications-mails"),
]
