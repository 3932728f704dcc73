"""The paths below `/api/v1/chart-layouts/`."""

from django.urls import path

from accounts.chart_layouts import use_cases
from streaming.rest.views import StructView

app_name = "chart_layouts"
urlpatterns = [
    path(
        "",
        StructView.of(GET=use_cases.LIST_CHART_LAYOUTS, PUT=use_cases.SAVE_CHART_LAYOUT).as_view(),
        name="chart-layouts",
    ),
    path("<int:id>/", StructView.of(DELETE=use_cases.DELETE_CHART_LAYOUT).as_view(), name="chart-layout"),
]
