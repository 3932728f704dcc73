"""Telling the feeds of a process, and who observes it, that a host of the channel layer wasn't heard for a while."""

from collections.abc import Callable, Mapping
from functools import partial

from streaming.clock import Clock
from streaming.events import Resync
from streaming.fan_out.dotted_feed import DottedFeed
from streaming.fan_out.layer_hosts import LayerHosts
from streaming.fan_out.topic_feed import TopicFeed
from streaming.layer.channel_layer import ANY_HOST, Message
from streaming.layer.cut_offs import GatheredCutOffs, SharedCutOffs


class CutOffNotices:
    """Tells the `feeds` of a process, which are by their keys; cuts within `pause` seconds are told as one."""

    def __init__(
        self, hosts: LayerHosts, feeds: Mapping[str, TopicFeed | DottedFeed], clock: Clock, *, pause: float
    ) -> None:
        self._hosts = hosts
        self._feeds = feeds
        self._clock = clock
        self._observers: list[Callable[[str], None]] = []
        self._gathered = {
            host: GatheredCutOffs(partial(self._tell, host), seconds=pause) for host in {ANY_HOST, *hosts.names}
        }
        self._shared = SharedCutOffs(hosts.names)

    def observe(self, observer: Callable[[str], None]) -> None:
        """Call `observer` with the host of the topics of which something may be missing, as `Hub.observe_cut_offs`."""
        self._observers.append(observer)

    def take(self, message: Message) -> None:
        """Take the layer's notice that a host, or the only one, is heard again."""
        host, since = message.get("host", ANY_HOST), message["since"]
        self._note(host, since)
        if host != ANY_HOST:
            none_heard_since = self._shared.note(host, since, self._clock.now_ms())
            if none_heard_since is not None:
                self._note(ANY_HOST, none_heard_since)

    def stop(self) -> None:
        """Tell nothing more; calling it twice is harmless."""
        for cut_offs in self._gathered.values():
            cut_offs.stop()

    def _note(self, host: str, since: int) -> None:
        for feed in self._feeds_at(host):
            feed.cut_off(since)
        self._gathered[host].note(since)

    def _tell(self, host: str, since: int) -> None:
        now_ms = self._clock.now_ms()
        resync = Resync(time=now_ms, start=since, end=now_ms, complete=False)
        for feed in self._feeds_at(host):
            feed.tell_cut_off(resync)
        for observer in self._observers:
            observer(host)

    def _feeds_at(self, host: str) -> list[TopicFeed | DottedFeed]:
        return [feed for feed in self._feeds.values() if self._hosts.of_group(feed.group) == host]
