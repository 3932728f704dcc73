"""Use cases as actions of the admin: on rows that are selected, and on one in a dialog."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from streaming.admin.dialog_actions import dialog_closed
from streaming.commands.errors import CommandRefusedError

AnyModel = TypeVar("AnyModel", bound=Model)


class UseCaseActions:
    """What the actions of a `ModelAdmin` share. A use case takes a row, and returns the row that comes out of it."""

    def refusals(self, refused: Sequence[tuple[Any, CommandRefusedError]]) -> Iterator[str]:
        """Yield what is said of those that were selected and refused: of each why."""
        for row, error in refused:
            yield f"{row}: {error.message}"

    def act_on_each(
        self: Any, request: HttpRequest, rows: Iterable[AnyModel], said: str, act: Callable[[AnyModel], Model]
    ) -> None:
        """Do something with each row that allows it, log that it was `said` of it, and say of the others why not."""
        done, refused = 0, []
        for row in rows:
            try:
                self.log_change(request, act(row), f"{said}.")
                done += 1
            except CommandRefusedError as error:
                refused.append((row, error))
        for sentence in self.refusals(refused):
            self.message_user(request, sentence, messages.WARNING)
        if done:
            self.message_user(request, f"{said}: {done}", messages.SUCCESS)

    def act_on_one(
        self: Any, request: HttpRequest, object_id: str, said: str, act: Callable[[Any], Model]
    ) -> HttpResponse:
        """Do something with one row out of its dialog, and lead to the row that comes out of it."""
        row = self.row_or_404(request, object_id)
        try:
            result = act(row)
        except CommandRefusedError as error:
            self.message_user(request, error.message, messages.ERROR)
            return dialog_closed(row)
        self.log_change(request, result, f"{said}.")
        self.message_user(request, said, messages.SUCCESS)
        return dialog_closed(result)

    def row_or_404(self: Any, request: HttpRequest, object_id: str) -> Model:
        """Return the row with the id that an action is given, as the admin quotes it in its addresses."""
        row = self.get_object(request, unquote(object_id))
        if not isinstance(row, Model):
            raise Http404
        return row
