"""The page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.sample_app.models import Note


def notes_page(_: HttpRequest) -> HttpResponse:
    """Say how many notes there are."""
    return HttpResponse(f"<!doctype html><title>Notes</title><h1>{Note.objects.count()} notes</h1>")


urlpatterns = [path("sample/", notes_page, name="sample-notes")]
