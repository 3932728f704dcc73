"""REST below `/api/v1/`."""

from django.urls import path

from streaming.rest.views import StructView
from tests.sample_app.use_cases import ADD_NOTE, LIST_NOTES

app_name = "sample"
urlpatterns = [path("sample/notes/", StructView.of(GET=LIST_NOTES, POST=ADD_NOTE).as_view(), name="notes")]
