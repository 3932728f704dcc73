"""REST below `/api/v1/`."""

from django.urls import path

from streaming.rest.views import StructView
from tests.sample_app.use_cases import ADD_NOTE, LIST_NOTES


class NotesApi(StructView):
    """`/api/v1/sample/notes/`: the user's notes."""

    use_cases = {"GET": LIST_NOTES, "POST": ADD_NOTE}


app_name = "sample"
urlpatterns = [path("sample/notes/", NotesApi.as_view(), name="notes")]
