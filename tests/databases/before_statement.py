"""Something that happens in a database between what somebody reads there and what they write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def just_before(beginning: str, act: Callable[[], object]) -> Iterator[None]:
    """Do something once, before the first statement of this thread that begins so; fail where there was none."""
    done: list[str] = []

    def act_before(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not done and sql.startswith(beginning):
            done.append(sql)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(act_before):
        yield
    assert done, f"no statement began with {beginning}"
