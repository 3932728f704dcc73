"""The comparison itself: it must be able to fail."""

import pytest

from tests.wire.documents.documented_examples import DocumentError, examples_of, has_shape, missing_line
from tests.wire.documents.fences import FenceKind, fences_of

_EXAMPLE = "<!-- example: one -->\n```sh\necho 1\n```\n"
_PRINTED = "<!-- printed: one -->\n```text\n1\n```\n"


def test_it_reads_an_example_and_what_it_prints() -> None:
    (example,) = examples_of(f"# Title\n\n{_EXAMPLE}\n\n{_PRINTED}\nText.\n")
    assert (example.name, example.language, example.source, example.printed) == ("one", "sh", "echo 1\n", ("1",))


@pytest.mark.parametrize(
    "document",
    [
        "```sh\necho 1\n```\n",
        _EXAMPLE,
        _PRINTED,
        _PRINTED + _EXAMPLE,
        _EXAMPLE + _PRINTED + _EXAMPLE + _PRINTED,
        _EXAMPLE + _PRINTED.replace("one", "two"),
    ],
)
def test_it_refuses_a_document_with_what_no_test_would_run(document: str) -> None:
    with pytest.raises(DocumentError):
        examples_of(document)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("connected", "connected"),
        ("    0.004 s  connected    ws_1  x", " … s  connected  ws_…  x"),
        ('{"a": 1, "b": "2024-12-06T12:00:00.000Z"}', '< {"a":1,"b":"…Z"}'),
        ('{"price": 1.50, "time": 1733486400000, "list": [1]}', '{"price":2.0,"time":1701806400000,"list":[…]}'),
        ('x [{"a": 1}, {"b": 2}]', 'x [{"a":1},{"b":2}]'),
        ('{"a": null, "b": {"c": [1, "x"]}}', '{"a":…,"b":{"c":[1,"…"]}}'),
        (' 1.2 s  x  update {"a":1}', ' … s  x update {"a":1}'),
    ],
)
def test_it_takes_what_has_the_shape(printed: str, expected: str) -> None:
    assert has_shape(printed, expected)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("connected now", "connected"),
        ("refused  ws_1", "connected  ws_…"),
        ("connected", '{"a":1}'),
        ('{"a":1', '{"a":1}'),
        ('{"a":1,"b":2}', '{"a":1}'),
        ('{"a":1}', '{"a":1,"b":…}'),
        ('{"a":2}', '{"a":1}'),
        ('{"a":"2.5"}', '{"a":1.5}'),
        ('{"a":true}', '{"a":1701806400000}'),
        ('{"a":1}', '{"a":true}'),
        ('{"a":"ws_1"}', '{"a":"client_…"}'),
        ('{"a":[1,2]}', '{"a":[1]}'),
        ('{"a":{}}', '{"a":[…]}'),
        ('[{"a":1}]', '[{"a":1},{"a":1}]'),
        ('{"a":1}', '[{"a":1}]'),
        ('y {"a":1}', 'x {"a":1}'),
    ],
)
def test_it_refuses_what_has_another_shape(printed: str, expected: str) -> None:
    assert not has_shape(printed, expected)


def test_it_names_the_first_line_that_does_not_come_in_its_order() -> None:
    assert missing_line(["a", "c"], ["a", "b", "c"]) is None
    assert missing_line(["c", "a"], ["a", "b", "c"]) == "a"
    assert missing_line(["a", "a"], ["a"]) == "a"


_KINDS = """<!-- file: var/a.py -->
```python
a = 1
```

<!-- running: server -->
```sh
serve
```

<!-- not run: it costs money -->
```sh
buy
```

```text
plain
```
"""


def test_it_says_of_each_fence_what_is_done_with_it() -> None:
    assert [(fence.kind, fence.name, fence.language, fence.body) for fence in fences_of(_KINDS)] == [
        (FenceKind.FILE, "var/a.py", "python", "a = 1\n"),
        (FenceKind.RUNNING, "server", "sh", "serve\n"),
        (FenceKind.NOT_RUN, "it costs money", "sh", "buy\n"),
        (None, "", "text", "plain\n"),
    ]
