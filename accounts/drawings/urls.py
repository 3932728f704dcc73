"""The paths below `/api/v1/drawings/`."""

from django.urls import path

from accounts.drawings import use_cases
from streaming.rest.views import StructView

app_name = "drawings"
urlpatterns = [
    path("", StructView.of(GET=use_cases.LIST_DRAWN_SYMBOLS).as_view(), name="drawn-symbols"),
    path(
        "<path:symbol>/",
        StructView.of(
            GET=use_cases.GET_DRAWINGS, PATCH=use_cases.CHANGE_DRAWINGS, DELETE=use_cases.DELETE_DRAWINGS
        ).as_view(),
        name="drawings",
    ),
]
