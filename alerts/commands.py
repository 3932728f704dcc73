"""The use cases of this app that clients ask for by name."""

from collections.abc import Mapping

from alerts.deliveries.addresses import use_cases as addresses
from alerts.notifications import use_cases as notifications
from alerts.preferences import use_cases as preferences
from alerts.rules import use_cases as rules
from streaming.commands.use_cases import UseCase

COMMANDS: Mapping[str, UseCase] = {
    "alerts.create": rules.CREATE_RULE,
    "alerts.list": rules.LIST_RULES,
    "alerts.get": rules.GET_RULE,
    "alerts.update": rules.UPDATE_RULE,
    "alerts.delete": rules.DELETE_RULE,
    "alerts.enable": rules.ENABLE_RULE,
    "alerts.disable": rules.DISABLE_RULE,
    "alerts.test": rules.TEST_RULE,
    "alerts.clear_finished": rules.CLEAR_FINISHED_RULES,
    "alerts.events": rules.LIST_EVENTS,
    "notifications.list": notifications.LIST_NOTIFICATIONS,
    "notifications.mark_read": notifications.MARK_READ,
    "notifications.mark_all_read": notifications.MARK_ALL_READ,
    "notifications.ack": notifications.ACKNOWLEDGE,
    "notifications.broadcast": notifications.BROADCAST,
    "notifications.send_test": addresses.SEND_TEST,
    "notifications.results": addresses.LIST_RESULTS,
    "preferences.get": preferences.GET_PREFERENCES,
    "preferences.set": preferences.SET_PREFERENCES,
}
