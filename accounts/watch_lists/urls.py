"""The paths below `/api/v1/watch-lists/`."""

from django.urls import path

from accounts.watch_lists import use_cases
from streaming.rest.views import StructView

app_name = "watch_lists"
urlpatterns = [
    path(
        "",
        StructView.of(GET=use_cases.LIST_WATCH_LISTS, POST=use_cases.CREATE_WATCH_LIST).as_view(),
        name="watch-lists",
    ),
    path(
        "<int:id>/",
        StructView.of(PATCH=use_cases.UPDATE_WATCH_LIST, DELETE=use_cases.DELETE_WATCH_LIST).as_view(),
        name="watch-list",
    ),
]
