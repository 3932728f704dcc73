"""What the settings make of the addresses of Redis."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.redis_settings import caches, channel_layers, redis_urls
from config.sharded_cache import ShardedRedisCache

TWO = ["redis://:secret@one", "redis://two:6380/1"]


def test_one_address_is_one_whichever_setting_names_it() -> None:
    assert redis_urls("redis://one", []) == redis_urls("", ["redis://one"]) == ["redis://one"]
    assert redis_urls("", []) == []


def test_several_are_taken_as_they_are_named() -> None:
    assert redis_urls("", [f" {url} " for url in TWO]) == TWO


def test_it_refuses_both_settings_at_once() -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL and REDIS_URLS are both set"):
        redis_urls("redis://one", TWO)


@pytest.mark.parametrize(
    "urls", [["redis://:secret@one", "redis://:secret@one:6379/0"], ["http://:secret@one", TWO[1]]]
)
def test_it_refuses_what_are_no_hosts_and_shows_no_password(urls: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^REDIS_URLS: ") as refused:
        redis_urls("", urls)
    assert "secret" not in str(refused.value)


def test_layer_and_cache_follow_from_how_many_there_are() -> None:
    chosen = [channel_layers(urls, "t")["default"]["BACKEND"].rpartition(".")[2] for urls in ([], TWO[:1], TWO)]
    assert chosen == ["InMemoryChannelLayer", "RedisLayer", "ShardedRedisLayer"]
    chosen = [caches(urls, "t")["default"]["BACKEND"].rpartition(".")[2] for urls in ([], TWO[:1], TWO)]
    assert chosen == ["LocMemCache", "RedisCache", "ShardedRedisCache"]


def test_a_key_of_the_cache_is_asked_for_at_its_host() -> None:
    options = caches(TWO, "t")["default"]
    cache = ShardedRedisCache(options["LOCATION"], {"KEY_PREFIX": "t", "OPTIONS": options["OPTIONS"]})
    keys = [f"key {number}" for number in range(20)]
    pools = [cache._cache.get_client(cache.make_key(key)).connection_pool.connection_kwargs for key in keys]
    asked = [f"{pool['host']}:{pool.get('port', 6379)}/{pool.get('db', 0)}" for pool in pools]
    assert asked == [cache.host_of(key) for key in keys]
    assert set(asked) == {"one:6379/0", "two:6380/1"}
