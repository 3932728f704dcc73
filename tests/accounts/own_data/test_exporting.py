"""The file of all that one owns: written in portions, few at once, and sent in portions by an ASGI server."""

import json
import tracemalloc
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from django.core.handlers.asgi import ASGIRequest

from accounts.http.file_response import file_response
from accounts.models import SymbolDrawings, User, WatchList
from accounts.own_data.exporting import ExportPlaces, data_export, export_portions
from streaming.commands.errors import TooMuchError

_NOW = "2026-03-01T12:00:00.000Z"
_ROWS, _ROW_BYTES = 2_000, 10_000


def _draw(user: User, *, rows: int) -> None:
    drawings = [{"id": "x" * _ROW_BYTES}]
    SymbolDrawings.objects.bulk_create(
        (SymbolDrawings(user=user, name=f"S{number}", drawings=drawings) for number in range(rows)), batch_size=100
    )


@pytest.mark.django_db
def test_it_holds_little_of_it_however_much_there_is(user: User) -> None:
    _draw(user, rows=_ROWS)
    tracemalloc.start()
    try:
        with data_export(user=user, exported_at=_NOW) as file:
            _, most = tracemalloc.get_traced_memory()
            length = file.seek(0, 2)
    finally:
        tracemalloc.stop()
    assert length > _ROWS * _ROW_BYTES
    assert most < length / 2


@pytest.mark.django_db
def test_each_portion_is_a_row_at_most(user: User) -> None:
    _draw(user, rows=5)
    WatchList.objects.create(user=user, name="mine")
    portions = list(export_portions(user=user, exported_at=_NOW))
    assert sum(b"xxxxx" in portion for portion in portions) == 5
    assert len(json.loads(b"".join(portions))["data"]["accounts.SymbolDrawings"]) == 5


def test_a_user_has_one_written_at_a_time_and_a_process_writes_few() -> None:
    places = ExportPlaces(2)
    with places.place(1):
        with pytest.raises(TooMuchError, match="Your data is being sent already"), places.place(1):
            pass
        with places.place(2), pytest.raises(TooMuchError, match="Others' data"), places.place(3):
            pass
        with places.place(3):
            pass
    with pytest.raises(ZeroDivisionError), places.place(1):
        _ = 1 / 0
    with places.place(1):
        pass


async def test_an_asgi_server_is_handed_a_file_in_portions_and_it_is_closed_in_the_end() -> None:
    request = ASGIRequest({"type": "http", "method": "POST", "path": "/", "headers": []}, BytesIO())
    with TemporaryFile() as file:
        file.write(b"x" * 300_000)
        file.seek(0)
        response = file_response(request, file, content_type="application/json")
        portions = [len(portion) async for portion in response]
        assert (sum(portions), int(response.headers["Content-Length"])) == (300_000, 300_000)
        assert max(portions) <= 65_536
        response.close()
        assert file.closed
