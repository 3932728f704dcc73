"""The paths below `/api/v1/ops/connections/`."""

from django.urls import path

from streaming.connection_control.use_cases import CONNECTIONS, DISCONNECT
from streaming.rest.views import StructView

app_name = "ops-connections"
urlpatterns = [
    path("connections/", StructView.of(GET=CONNECTIONS).as_view(), name="list"),
    path("connections/<str:id>/", StructView.of(DELETE=DISCONNECT).as_view(), name="disconnect"),
]
