"""Grafana's dashboards: what they ask for is there, and what is there can be seen."""

import re
from pathlib import Path

import pytest
import yaml

from streaming.installed import installed_metrics
from tests.deploy.dashboards import FILES, GRAFANA, dashboard, panels, queries
from tests.deploy.known_metrics import unknown_in
from tests.deploy.promql import named
from tests.deploy.promtool import promtool
from tests.processes import ROOT

_WIDTH = 24
_LONGEST_UID = 40


def test_there_is_one_for_each_part_that_operators_look_at() -> None:
    assert [path.stem for path in FILES] == ["alerts-and-deliveries", "exchange", "gateways", "overview", "trading"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_asks_for_metrics_and_labels_that_there_are(path: Path) -> None:
    asked = list(queries([path]))
    assert len(asked) > 10
    assert [(query, fault) for query, _ in asked for fault in unknown_in(named(query))] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_legends_name_labels_that_the_series_have(path: Path) -> None:
    for query, legend in queries([path]):
        grouped = re.findall(r"\bby \(([^)]*)\)", query)
        kept = {label for labels in grouped for label in labels.split(", ")}
        for label in re.findall(r"{{(\w+)}}", legend):
            assert label in kept if grouped else unknown_in(named(f"sum by ({label}) ({query})")) == [], (query, legend)


def test_whatever_is_measured_can_be_seen() -> None:
    shown = {selector.metric for query, _ in queries(FILES) for selector in named(query).selectors}
    plain = {re.sub("_(bucket|count|sum)$", "", metric) for metric in shown} | shown
    assert [metric.name for metric in installed_metrics() if metric.name not in plain] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_panels_stand_beside_each_other_and_say_what_they_show(path: Path) -> None:
    read = dashboard(path)
    assert read["uid"] == f"tidewire-{path.stem}"
    assert len(read["uid"]) <= _LONGEST_UID
    taken: set[tuple[int, int]] = set()
    for panel in read["panels"]:
        place = panel["gridPos"]
        columns, lines = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        cells = {(x, y) for x in columns for y in lines}
        assert max(x for x, _ in cells) < _WIDTH
        assert taken.isdisjoint(cells)
        taken |= cells
    assert len({panel["id"] for panel in read["panels"]}) == len(read["panels"])
    assert all(panel["title"] and panel["description"] for panel in panels(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_told_as_of_now_is_asked_for_now_and_is_red_where_there_is_nothing(path: Path) -> None:
    """The last value of the hours that are shown would stay for hours after all has died."""
    for panel in panels(path):
        is_now = panel["type"] == "stat"
        for target in panel["targets"]:
            assert (target["instant"], target["range"]) == (is_now, not is_now), panel["title"]
        if is_now:
            (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
            assert mapping["options"] == {"match": "null+nan", "result": {"text": "no data", "color": "red"}}


def test_after_all_has_died_no_gateway_is_counted_and_nothing_else_is_told_as_if_it_were_well(tmp_path: Path) -> None:
    (overview,) = [path for path in FILES if path.stem == "overview"]
    asked = {panel["title"]: panel["targets"][0]["expr"] for panel in panels(overview) if panel["type"] == "stat"}
    zero = ("Gateways", "Connections", "Alerts")  # alerts are Prometheus' own
    last_told = [
        {"series": f'{selector.metric}{{instance="a:8001", lease="bridge"}}', "values": "1 1 stale"}
        for selector in {
            selector.metric: selector for query in asked.values() for selector in named(query).selectors
        }.values()
    ]
    expected = [
        {"expr": query, "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 0}] if title in zero else []}
        for title, query in asked.items()
    ]
    tests = [{"interval": "1m", "input_series": last_told, "promql_expr_test": expected}]
    (tmp_path / "tests.yml").write_text(yaml.safe_dump({"tests": tests}), encoding="utf-8")
    promtool("test", "rules", tmp_path / "tests.yml")


def test_grafana_is_told_of_the_prometheus_and_the_folder() -> None:
    provisioning = GRAFANA / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text("utf-8"))["datasources"]
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "tidewire.yml").read_text("utf-8"))["providers"]
    assert (source["type"], source["isDefault"], provider["type"]) == ("prometheus", True, "file")
    scraping = yaml.safe_load((ROOT / "platform/deploy/prometheus/prometheus.yml").read_text("utf-8"))["global"]
    assert source["jsonData"]["timeInterval"] == scraping["scrape_interval"]
