"""How states look in the admin: their words, and the colour of their label."""

from alerts.events import AlertState, Severity
from alerts.models import DeliveryState

STATE_WORDS = {state: state.value.replace("_", " ").capitalize() for state in AlertState}
STATE_LABELS = {
    AlertState.ARMED: "success",
    AlertState.PENDING: "info",
    AlertState.FIRING: "warning",
    AlertState.COOLING: "info",
    AlertState.SNOOZED: "default",
    AlertState.EXPIRED: "default",
    AlertState.ERROR: "danger",
    AlertState.NO_DATA: "danger",
}
SWITCHED_OFF = "Off"
DONE = "Done"
"""Of a rule that has fired as often as it may, before its time was over."""
RULE_LABELS = {
    **{STATE_WORDS[state]: label for state, label in STATE_LABELS.items()},
    **dict.fromkeys((SWITCHED_OFF, DONE), "default"),
}
"""By the words, as a label of the panel asks for them."""

SEVERITY_LABELS = {Severity.INFO.value: "info", Severity.WARNING.value: "warning", Severity.CRITICAL.value: "danger"}

DELIVERY_LABELS = {
    DeliveryState.WAITING: "info",
    DeliveryState.SENDING: "info",
    DeliveryState.SENT: "success",
    DeliveryState.ACKNOWLEDGED: "success",
    DeliveryState.DIGESTED: "success",
    DeliveryState.CANCELLED: "default",
    DeliveryState.DEAD: "danger",
}
