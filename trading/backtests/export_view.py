"""REST: a backtest as a file, which is answered as it is."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from streaming.rest.views import StructView
from trading.backtests.export import ExportAnswer


class ExportView(StructView):
    """Answers the text of a file, where the command of the same use case answers it within JSON."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the file itself; a refusal stays as it is."""
        if isinstance(response, Response) and isinstance(response.data, ExportAnswer):
            file = response.data
            headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
            return HttpResponse(file.text, content_type=file.media_type, headers=headers)
        return super().finalize_response(request, response, *args, **kwargs)
