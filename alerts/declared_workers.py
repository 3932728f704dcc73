"""The workers that the app declares; whoever names one (lease, wake, metric, command) takes its `.name`."""

from streaming.workers.worker import Instances, Worker

EVALUATOR = Worker(name="alerts", title="the evaluator of alerts", work="alerts.firing.worker.evaluate_alerts")
DELIVERIES = Worker(
    name="deliveries",
    title="the deliveries",
    work="alerts.deliveries.sending.worker.carry_deliveries",
    instances=Instances.MANY,
    backlog="alerts.deliveries.backlog.delivery_backlog",
    presence_setting="DELIVERIES_PRESENCE_SECONDS",
)
WORKERS = (EVALUATOR, DELIVERIES)
