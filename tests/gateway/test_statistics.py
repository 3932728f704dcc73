from streaming.gateway.statistics import CountsTable, GatewayCounts


def counts(process_id: str, connections: int) -> GatewayCounts:
    return GatewayCounts(process_id=process_id, connections=connections, channels=())


def test_it_holds_the_newest_counts_of_each_gateway() -> None:
    table = CountsTable(20)
    table.put(counts("a", 1), 0)
    table.put(counts("b", 5), 0)
    table.put(counts("a", 2), 1)
    assert sorted(one.connections for one in table.present(1)) == [2, 5]


def test_it_forgets_a_gateway_that_has_gone_silent() -> None:
    table = CountsTable(20)
    table.put(counts("a", 1), 0)
    table.put(counts("b", 5), 10)
    assert [one.process_id for one in table.present(20)] == ["b"]
    assert table.present(30) == []
