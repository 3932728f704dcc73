"""Which exchange a process runs beside its server, and what it says of it."""

import httpx2
import pytest
from pytest_django import Settings

from config.single_process.workers import ExchangeOptions, exchange


@pytest.fixture(autouse=True)
def own_exchange(settings: Settings) -> None:
    """Put back afterwards what the choice of an exchange sets."""
    settings.EXCHANGE_SOURCE = "binance"
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:9"
    settings.EXCHANGE_STREAM_URLS = ["ws://127.0.0.1:9"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("control", "status"), [(True, 200), (False, 404)])
async def test_it_takes_requests_for_faults_only_where_it_was_told_to(
    settings: Settings, control: bool, status: int
) -> None:
    said: dict[str, str] = {}
    options = ExchangeOptions(simulator=True, control=control)
    async with exchange(options, lambda subject, text: said.update({subject: text})):
        assert settings.EXCHANGE_SOURCE == "simulator"
        async with httpx2.AsyncClient(trust_env=False) as client:
            response = await client.get(f"{settings.EXCHANGE_REST_URL}/simulator/faults")
    assert response.status_code == status
    assert said.get("control") == (f"{settings.EXCHANGE_REST_URL}/simulator/faults" if control else None)
