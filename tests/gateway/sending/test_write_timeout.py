from streaming.gateway.sending.write_timeout import WriteTimeout
from tests.waiting import until


async def test_it_is_lost_once_nothing_was_taken_for_the_whole_time() -> None:
    left = iter([30, 20, 20, 10])
    lost: list[int] = []
    WriteTimeout(lambda: next(left), 0.001, lambda: lost.append(next(left)))
    await until(lambda: lost)
    assert lost == [10], "30 and 20 were progress, the second 20 was none"


async def test_it_is_never_lost_after_its_end() -> None:
    lost: list[str] = []
    ended = WriteTimeout(lambda: 0, 0.001, lambda: lost.append("ended"))
    ended.end()
    ended.end()
    WriteTimeout(lambda: 0, 0.002, lambda: lost.append("the other"))
    await until(lambda: lost)
    assert lost == ["the other"]
