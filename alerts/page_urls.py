"""The pages of this app, from the root of the site."""

from django.urls import path

from alerts.deliveries.pages import unsubscribe
from alerts.deliveries.unsubscribing import UNSUBSCRIBE_PATH

urlpatterns = [path(f"{UNSUBSCRIBE_PATH}<str:token>", unsubscribe, name="unsubscribe")]
