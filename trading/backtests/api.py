"""REST: `/api/v1/trading/…`, with the parameters, answers and refusals of `backtest.*` and `strategy.kinds`."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from streaming.rest.views import StructView
from trading.backtests.export import EXPORT_BACKTEST, ExportAnswer
from trading.backtests.kinds import STRATEGY_KINDS
from trading.backtests.results import BACKTEST_RESULT, BACKTEST_TRADES, CHECK_BACKTEST, COMPARE_BACKTESTS
from trading.backtests.use_cases import (
    CANCEL_BACKTEST,
    DELETE_BACKTEST,
    GET_BACKTEST,
    LIST_BACKTESTS,
    RUN_BACKTEST,
    RUN_SWEEP,
    STORED_DATA,
)


class StrategiesApi(StructView):
    """`/api/v1/trading/strategies/`: the strategies that can be tested."""

    use_cases = {"GET": STRATEGY_KINDS}


class BacktestsApi(StructView):
    """`/api/v1/trading/backtests/`: the user's backtests, newest first."""

    use_cases = {"GET": LIST_BACKTESTS, "POST": RUN_BACKTEST}


class BacktestApi(StructView):
    """`/api/v1/trading/backtests/<id>/`: one backtest."""

    use_cases = {"GET": GET_BACKTEST, "DELETE": DELETE_BACKTEST}


class BacktestCancelApi(StructView):
    """`/api/v1/trading/backtests/<id>/cancel/`: ends a backtest."""

    use_cases = {"POST": CANCEL_BACKTEST}


class SweepsApi(StructView):
    """`/api/v1/trading/backtests/sweeps/`: runs a strategy with many parameters."""

    use_cases = {"POST": RUN_SWEEP}


class BacktestDataApi(StructView):
    """`/api/v1/trading/backtests/data/`: which candles are stored."""

    use_cases = {"GET": STORED_DATA}


class BacktestResultApi(StructView):
    """`/api/v1/trading/backtests/<id>/result/`: what came of a backtest."""

    use_cases = {"GET": BACKTEST_RESULT}


class BacktestTradesApi(StructView):
    """`/api/v1/trading/backtests/<id>/trades/`: the trades of a backtest."""

    use_cases = {"GET": BACKTEST_TRADES}


class BacktestCheckApi(StructView):
    """`/api/v1/trading/backtests/<id>/check/`: whether a backtest can be believed."""

    use_cases = {"POST": CHECK_BACKTEST}


class BacktestCompareApi(StructView):
    """`/api/v1/trading/backtests/compare/`: several backtests beside each other."""

    use_cases = {"POST": COMPARE_BACKTESTS}


class BacktestExportApi(StructView):
    """`/api/v1/trading/backtests/<id>/export/`: a backtest as a file, which is answered as it is."""

    use_cases = {"GET": EXPORT_BACKTEST}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the file itself; a refusal stays as it is."""
        if isinstance(response, Response) and isinstance(response.data, ExportAnswer):
            file = response.data
            headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
            return HttpResponse(file.text, content_type=file.media_type, headers=headers)
        return super().finalize_response(request, response, *args, **kwargs)
