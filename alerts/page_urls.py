"""The pages of this app, from the root of the site."""

from django.urls import path

from alerts.deliveries.unsubscribing.links import UNSUBSCRIBE_PATH
from alerts.deliveries.unsubscribing.pages import unsubscribe

urlpatterns = [path(f"{UNSUBSCRIBE_PATH}<str:token>", unsubscribe, name="unsubscribe")]
