"""What a process tells when it is asked: all that it declares, whatever fails of it."""

import asyncio
from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streaming.metrics import collecting
from streaming.metrics.collecting import SOURCE_UP, Collector
from streaming.metrics.counting import Counter, Histogram
from streaming.metrics.declared import EVERY_PROCESS, GATEWAY, OTHER, Label, Sample, gauge
from streaming.metrics.exposition import written
from streaming.metrics.sources import MetricSources

_CHAINS = gauge("tidewire_chains", "Chains.", labels=(Label("chain", most=2),), processes=("wallets",))
_SOCKETS = gauge("tidewire_sockets", "Sockets.", processes=(GATEWAY,))
_ATTEMPTS = Counter("tidewire_attempts_total", "Attempts.", processes=(EVERY_PROCESS,))
_WAITS = Histogram("tidewire_wait_seconds", "Waiting.", processes=(EVERY_PROCESS,))
_METRICS = (SOURCE_UP, _CHAINS, _SOCKETS, _ATTEMPTS.metric, _WAITS.metric)


def collector(sources: MetricSources) -> Collector:
    return Collector(_METRICS, (_ATTEMPTS, _WAITS), sources)


async def told(sources: MetricSources) -> dict[str, float]:
    """Return each series of the platform as Prometheus' own parser reads it."""
    body, _ = written(await collector(sources).collect())
    families = text_string_to_metric_families(body.decode())
    samples = [sample for family in families for sample in family.samples if sample.name.startswith("tidewire_")]
    return {f"{one.name}{sorted(one.labels.items()) or ''}": one.value for one in samples}


async def _chains() -> Iterable[Sample]:
    return [Sample(_CHAINS, 3, ("ethereum",))]


async def _failing() -> Iterable[Sample]:
    raise OSError("the database is away")


async def test_it_tells_what_its_kind_of_process_tells_and_nothing_else() -> None:
    sources = MetricSources("wallets")
    sources.add("chains", _chains)
    names = {family.metric.name for family in await collector(sources).collect()}
    assert names == {one.name for one in _METRICS} - {_SOCKETS.name}
    assert (await told(sources))["tidewire_chains[('chain', 'ethereum')]"] == 3


async def test_it_names_also_what_has_no_series_yet() -> None:
    body, _ = written(await collector(MetricSources("wallets")).collect())
    families = {family.name: family.type for family in text_string_to_metric_families(body.decode())}
    assert families["tidewire_chains"] == "gauge"
    assert families["tidewire_attempts"] == "counter"
    assert families["tidewire_wait_seconds"] == "histogram"
    assert "process_cpu_seconds" in families


async def test_what_fails_is_told_as_such_and_keeps_nobody_from_telling() -> None:
    sources = MetricSources("wallets")
    sources.add("chains", _chains)
    sources.add("backlog", _failing)
    series = await told(sources)
    assert series["tidewire_metrics_source_up[('source', 'backlog')]"] == 0
    assert series["tidewire_metrics_source_up[('source', 'chains')]"] == 1
    assert series["tidewire_chains[('chain', 'ethereum')]"] == 3


async def test_what_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "SOURCE_SECONDS", 0.05)
    sources = MetricSources("wallets")

    async def hanging() -> Iterable[Sample]:
        await asyncio.Event().wait()
        return []

    sources.add("backlog", hanging)
    assert (await told(sources))["tidewire_metrics_source_up[('source', 'backlog')]"] == 0


async def test_those_who_ask_at_the_same_time_are_answered_by_one_question() -> None:
    asked = 0
    sources = MetricSources("wallets")

    async def counted() -> Iterable[Sample]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return []

    sources.add("chains", counted)
    one = collector(sources)
    await asyncio.gather(*(one.collect() for _ in range(50)))
    assert asked == 1
    await one.collect()
    assert asked == 2


async def test_a_part_that_has_ended_tells_nothing_more() -> None:
    sources = MetricSources("wallets")
    with sources.added("chains", _chains):
        assert "tidewire_chains[('chain', 'ethereum')]" in await told(sources)
    assert "tidewire_chains[('chain', 'ethereum')]" not in await told(sources)


async def test_a_source_has_no_more_series_than_its_labels_may_have() -> None:
    sources = MetricSources("wallets")

    async def many() -> Iterable[Sample]:
        return [Sample(_CHAINS, 1, (f"chain-{number}",)) for number in range(1000)]

    sources.add("chains", many)
    series = {name: value for name, value in (await told(sources)).items() if name.startswith("tidewire_chains")}
    assert len(series) == 3
    assert series[f"tidewire_chains[('chain', '{OTHER}')]"] == 998


async def test_it_speaks_open_metrics_to_whoever_asks_for_it() -> None:
    families = await collector(MetricSources("wallets")).collect()
    body, content_type = written(families, "application/openmetrics-text;version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")
