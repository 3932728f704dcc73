"""The paths below `/api/v1/ops/`."""

from django.urls import path

from streaming.deployment_history.use_cases import HISTORY
from streaming.rest.views import StructView

app_name = "ops"
urlpatterns = [path("history/", StructView.of(GET=HISTORY).as_view(), name="history")]
