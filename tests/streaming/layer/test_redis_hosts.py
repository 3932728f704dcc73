"""Which Redis host has what: the same for everybody, in even shares, and with few moves."""

from collections import Counter

import pytest

from streaming.layer.redis_hosts import RedisHosts, host_name

URLS = ["redis://one", "redis://two:6380/1", "rediss://:secret@three/2"]
NAMES = [f"m.price.S{number}" for number in range(3000)]


def test_it_gives_the_same_host_whatever_the_order_and_the_logins() -> None:
    others = ["rediss://me:new@three/2?health_check_interval=5", "redis://one:6379/0", "redis://two:6380/1"]
    assert [RedisHosts(URLS).of(name) for name in NAMES] == [RedisHosts(others).of(name) for name in NAMES]


def test_a_topic_stays_where_it_is_for_ever() -> None:
    hosts = RedisHosts(URLS)
    known = {"m.price.BTCUSDT": "three:6379/2", "m.trade.ETHUSDT": "one:6379/0", "u.7": "two:6380/1"}
    assert {name: hosts.of(name) for name in known} == known


def test_each_host_has_its_share() -> None:
    counts = Counter(map(RedisHosts(URLS).of, NAMES))
    assert len(counts) == 3
    assert all(800 < count < 1200 for count in counts.values())


def test_one_host_more_takes_its_share_and_nothing_else_moves() -> None:
    before, after = RedisHosts(URLS), RedisHosts([*URLS, "redis://four"])
    moved = {after.of(name) for name in NAMES if after.of(name) != before.of(name)}
    assert moved == {"four:6379/0"}
    assert 600 < sum(after.of(name) != before.of(name) for name in NAMES) < 900


def test_all_of_a_user_is_where_the_users_group_is() -> None:
    hosts = RedisHosts(URLS)
    users = [f"u.{number}" for number in range(50)]
    assert [hosts.of(f"{user}.orders") for user in users] == [hosts.of(user) for user in users]
    assert [hosts.of(f"c.grid.{number}") for number in range(50)] == [hosts.of(user) for user in users]


def test_shares_keep_their_order() -> None:
    hosts = RedisHosts(URLS)
    shares = hosts.shares(NAMES[:10])
    assert sorted(name for share in shares.values() for name in share) == sorted(NAMES[:10])
    assert all(share == [name for name in NAMES[:10] if hosts.of(name) == host] for host, share in shares.items())


@pytest.mark.parametrize(
    ("urls", "reason"),
    [
        ([], "no address"),
        (["redis://one", "redis://:secret@one:6379/0"], "named twice"),
        (["http://one"], "begins with one of redis://"),
        (["redis:///0"], "names no host"),
    ],
)
def test_it_refuses_what_are_no_hosts(urls: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        RedisHosts(urls)


def test_a_name_says_where_a_host_is_and_no_password() -> None:
    assert host_name("redis://me:secret@cache/3?x=1") == "cache:6379/3"
    assert host_name("unix:///run/redis.sock") == "/run/redis.sock"
