"""The page's dock in a browser: the connection's quality, statistics, the form for channels, the log of frames."""

from typing import Any

import pytest

from tests.browser.browser_page import BrowserPage

pytestmark = pytest.mark.browser

_CONNECTION = "document.body.dataset.connection"
_LIVE = f"{_CONNECTION} === 'live'"
_PANELS_IN_SIGHT = """[...document.querySelectorAll('#dock [role=tabpanel]')]
  .filter((panel) => panel.checkVisibility()).map(({ id }) => id).join()"""
_TABS_IN_ORDER = """[...document.querySelectorAll('#dock [role=tab]')]
  .filter((tab) => tab.tabIndex === 0).map(({ id }) => id)"""
_POINTS = "[...document.querySelectorAll('.latency-line')].flatMap((line) => line.getAttribute('points').split(' '))"
_ROWS = "[...document.querySelectorAll('.frame-row:not([hidden])')]"
_SHOWN = f"{_ROWS}.map((row) => [row.dataset.direction, ...[...row.children].slice(2).map((cell) => cell.textContent)])"
_TYPES = f"{_ROWS}.map((row) => row.querySelector('.frame-type').textContent)"
_COUNT = "parseInt(document.getElementById('frame-count').textContent)"
_PROBLEM = "document.getElementById('channel-problem').textContent"
_OWN = "[...document.querySelectorAll('#channel-list li')].map((row) => row.dataset)"
_TOP_ROW = """(() => {
  const { top } = document.getElementById('frame-rows').getBoundingClientRect();
  const rows = [...document.querySelectorAll('.frame-row:not([hidden])')];
  const places = rows.map((row) => [Math.round(row.getBoundingClientRect().top - top), row.textContent]);
  return JSON.stringify(places.filter(([place]) => place >= 0).sort((one, other) => one[0] - other[0])[0]);
})()"""
_SCROLLED_OUT_OF_SIGHT = "document.getElementById('frame-rows').dispatchEvent(new Event('scroll'))"
"""Chromium tells so of its own, now and then, before the log is told that it is out of sight, or in sight again."""
_NOTHING = "\\u2013"
_HEIGHT = "document.getElementById('dock').offsetHeight"
_IS_OPEN = """[document.getElementById('dock-panels').checkVisibility(),
  document.getElementById('dock-toggle').ariaExpanded]"""
_REFUSED = (
    ("nonsense:1", "", "nonsense:1: Unknown channel: nonsense:1"),
    ("orders:me", "", "orders:me: Authentication required for this channel"),
    ("", "", "Name a channel, such as price:BTCUSDT"),
    ("alerts", "0", "Give whole milliseconds, 1 to 60000, or nothing"),
)
"""Channel, throttle, and what is told of them."""


def _figure(name: str) -> str:
    return f"document.getElementById('{name}').textContent"


def _open(page: BrowserPage, url: str, tab: str, **window: Any) -> None:
    page.open(url, **window)
    page.wait(_LIVE)
    if window.get("width", 1440) < 720:  # below, the dock is a view of its own
        page.click("#views [data-view=more]")
    page.click("#dock-tab-developer")
    page.click(f"#dock-tab-{tab}")


def _subscribe(page: BrowserPage, channel: str, throttle: str = "") -> None:
    page.fill("#channel-name", channel)
    page.fill("#channel-throttle", throttle)
    page.press("Enter")


def test_its_tabs_are_used_by_keyboard_and_it_remembers_them_its_height_and_whether_it_is_open(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, height=900)
    page.wait(_LIVE)
    assert page.evaluate(_IS_OPEN) == [False, "false"]  # a low screen's room is the chart's, until it is asked for
    page.press("d")
    page.wait(f"{_IS_OPEN}[0] && document.activeElement.id === 'dock'")
    page.click("#dock-tab-positions")
    _go_through_the_tabs_by_keyboard(page)
    page.reload()
    page.wait(f"{_LIVE} && {_PANELS_IN_SIGHT} === 'dock-developer,dock-channels'")
    assert page.evaluate(_TABS_IN_ORDER) == ["dock-tab-developer", "dock-tab-channels"]
    open_height = page.evaluate(_HEIGHT)
    page.click("#dock-tab-connection")
    assert page.evaluate(_HEIGHT) == open_height
    page.click("#dock-toggle")
    page.wait(f"{_HEIGHT} < 50")
    page.reload()
    page.wait(f"{_LIVE} && {_HEIGHT} < 50")
    page.click("#dock-tab-fills")
    page.wait(f"{_HEIGHT} === {open_height}")


def _go_through_the_tabs_by_keyboard(page: BrowserPage) -> None:
    """Go from the first of the traders' tabs to the last of the developers'."""
    page.press("ArrowRight")
    page.wait(f"{_PANELS_IN_SIGHT} === 'dock-orders' && document.activeElement.id === 'dock-tab-orders'")
    page.press("ArrowLeft")
    page.press("ArrowLeft")
    page.wait(f"{_PANELS_IN_SIGHT} === 'dock-developer,dock-connection'")
    page.press("Tab")  # over the button that closes the dock
    page.press("Tab")
    page.wait("document.activeElement.id === 'dock-tab-connection'")
    page.press("ArrowRight")
    page.wait(f"{_PANELS_IN_SIGHT} === 'dock-developer,dock-statistics'")
    page.press("End")
    page.wait(f"{_PANELS_IN_SIGHT} === 'dock-developer,dock-channels'")


def test_it_shows_how_good_the_connection_is_counts_what_flows_and_connects_by_hand(
    page: BrowserPage, demo_url: str
) -> None:
    page.open(demo_url, height=1080)
    page.wait(_LIVE)
    assert page.evaluate(_IS_OPEN) == [True, "true"]
    page.click("#dock-tab-developer")
    page.click("#dock-tab-connection")
    _see_the_quality(page)
    page.click("#dock-tab-statistics")
    _see_what_flows(page)
    page.click("#dock-tab-connection")
    _disconnect_and_connect(page)


def _see_the_quality(page: BrowserPage) -> None:
    page.wait(f"{_POINTS}.length >= 2")
    assert page.text("#quality-word") in {"Excellent", "Good", "Fair"}  # a busy machine answers late
    for name in ("latency", "mean", "jitter"):
        assert page.text(f"#quality-{name}").endswith(" ms")
    assert page.evaluate(_figure("quality-missed")) == "0"
    assert page.evaluate("document.getElementById('latency-chart').getAttribute('aria-label')").startswith(
        "Latency: last"
    )


def _see_what_flows(page: BrowserPage) -> None:
    page.wait(f"Number({_figure('statistics-rate')}) > 1")
    received = page.evaluate(f"Number({_figure('statistics-received')}.replace(',', ''))")
    page.wait(f"Number({_figure('statistics-received')}.replace(',', '')) > {received}")
    assert page.evaluate(f"Number({_figure('statistics-sent')})") >= 1
    assert page.text("#statistics-bytes-received").endswith("kB")
    page.wait(f"/^\\d+ s$|min/.test({_figure('statistics-uptime')})")
    rows = "[...document.querySelectorAll('#statistics-channels tr')].map((row) => row.innerText.split(/\\s+/))"
    page.wait(f"{rows}.length === Number({_figure('statistics-subscriptions')})")
    page.wait(f"{rows}.some(([channel, frames, rate]) => channel === 'depth:BTCUSDT' && frames > 10 && rate > 1)")


def _disconnect_and_connect(page: BrowserPage) -> None:
    page.click("#disconnect-button")
    page.wait(f"{_CONNECTION} === 'offline' && {_figure('quality-word')} === '{_NOTHING}'")
    page.wait("document.getElementById('disconnect-button').getAttribute('aria-disabled') === 'true'")
    assert page.evaluate("document.activeElement.id") == "disconnect-button"
    page.click("#connect-button")
    page.wait(f"{_LIVE} && {_figure('quality-state')} === 'Connected'")
    page.wait("document.querySelectorAll('.latency-lost').length === 1")
    page.wait(f"{_figure('quality-word')} !== '{_NOTHING}'")


def test_it_subscribes_by_its_form_shows_the_frames_and_tells_why_a_channel_is_refused(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "channels")
    _subscribe(page, "klines:SOLUSDT:1m", throttle="500")
    page.wait(f"{_OWN}[0]?.channel === 'klines:SOLUSDT:1m' && {_OWN}[0].state === 'subscribed'")
    assert page.text(".channel-options") == "at most one in 500 ms"
    page.click(".channel-name")
    page.wait(f"{_SHOWN}.some(([direction, type]) => direction === 'in' && type === 'kline')")
    asked = f"{_SHOWN}.find(([direction, type]) => direction === 'out' && type === 'subscribe')"
    assert page.evaluate(f"{asked}.slice(2)") == ["klines:SOLUSDT:1m", '{"throttle_ms":500,"since":{}}']
    page.click("#channel-list .icon-button")
    page.wait(f"{_OWN}.length === 0 && {_TYPES}.includes('unsubscribed')")
    assert page.evaluate("document.activeElement.id") == "channel-name"
    for channel, throttle, told in _REFUSED:
        _subscribe(page, channel, throttle)
        page.wait(f"{_PROBLEM} === {told!r}")
        page.wait(f"{_OWN}.length === 0")
    _leave_to_the_page_what_it_reads_itself(page)


def _leave_to_the_page_what_it_reads_itself(page: BrowserPage) -> None:
    _subscribe(page, "price:ETHUSDT")
    page.wait(f"{_OWN}.length === 1")
    page.click("#channel-list .icon-button")
    page.wait(f"{_OWN}.length === 0")
    price = "document.querySelector('[data-symbol=ETHUSDT] [data-role=price]').textContent"
    before = page.evaluate(price)
    page.wait(f"{price} !== {before!r}")


def test_each_of_its_tabs_fits_a_phone_and_satisfies_axe(phone: BrowserPage, demo_url: str) -> None:
    _open(phone, demo_url, "connection", width=375, height=812)
    for tab in ("connection", "statistics", "channels"):
        phone.click(f"#dock-tab-{tab}")
        phone.wait(f"{_PANELS_IN_SIGHT} === 'dock-developer,dock-{tab}'")
        if tab == "channels":
            phone.wait(f"{_COUNT} > 5")
        assert (tab, phone.evaluate("document.documentElement.scrollWidth")) == (tab, 375)
        wide = "[...document.querySelectorAll('#dock *')].filter((node) => node.getBoundingClientRect().right > 376)"
        shown = f"{wide}.filter((node) => !node.closest('.visually-hidden, svg, .frame-text'))"
        assert (tab, phone.evaluate(f"{shown}.map((node) => node.outerHTML.slice(0, 200))")) == (tab, [])
        assert (tab, phone.accessibility()) == (tab, [])


def test_its_log_follows_the_newest_stands_still_for_who_reads_filters_pauses_and_clears(
    page: BrowserPage, demo_url: str
) -> None:
    _open(page, demo_url, "channels")
    page.wait(f"{_COUNT} > 60")
    _read_further_up(page)
    _look_at_another_tab_meanwhile(page)
    _read_one_frame_by_keyboard(page)
    _filter_pause_and_clear(page)


def _read_further_up(page: BrowserPage) -> None:
    """See the same frames though others come, until the newest are asked for."""
    page.evaluate("document.getElementById('frame-rows').scrollTop = 220")
    page.wait("!document.getElementById('frame-newest').hidden")
    top, count = page.evaluate(_TOP_ROW), page.evaluate(_COUNT)
    page.wait(f"{_COUNT} > {count + 40}")
    assert page.evaluate(_TOP_ROW) == top
    assert page.evaluate("document.querySelectorAll('.frame-row').length") < 20
    page.click("#frame-newest")
    page.wait(f"document.getElementById('frame-newest').hidden && {_TOP_ROW} !== {top!r}")


def _look_at_another_tab_meanwhile(page: BrowserPage) -> None:
    """Find the log at the newest frames again."""
    page.evaluate(f"document.getElementById('dock-tab-statistics').click(); {_SCROLLED_OUT_OF_SIGHT}")
    before = page.evaluate("document.getElementById('statistics-received').textContent")
    page.wait(f"{_figure('statistics-received')} !== {before!r}")
    page.evaluate(_SCROLLED_OUT_OF_SIGHT)
    page.click("#dock-tab-channels")
    page.wait(f"document.getElementById('frame-newest').hidden && (window.topRow = {_TOP_ROW}) !== undefined")
    page.wait(f"![undefined, window.topRow].includes({_TOP_ROW})")


def _read_one_frame_by_keyboard(page: BrowserPage) -> None:
    page.click("#frame-pause")
    page.focus("#frame-rows")
    page.press("ArrowUp")
    page.wait("!document.getElementById('frame-detail').hidden")
    first = page.text("#frame-detail-text")
    assert first.startswith('{\n  "type": ')
    page.press("ArrowUp")
    page.wait(f"{_figure('frame-detail-text')} !== {first!r} || {_ROWS}.length < 2")
    page.press("Escape")
    page.wait("document.getElementById('frame-detail').hidden")
    page.click("#frame-pause")


def _filter_pause_and_clear(page: BrowserPage) -> None:
    page.select("#frame-kind", "trade")
    page.wait(f"{_TYPES}.length > 3 && {_TYPES}.every((type) => type === 'trade')")
    page.select("#frame-kind", "")
    page.select("#frame-direction", "out")
    page.wait(f"{_TYPES}.length > 0 && {_ROWS}.every((row) => row.dataset.direction === 'out')")
    page.select("#frame-direction", "")
    page.fill("#frame-filter", "price:DOGE")
    page.wait(f"{_SHOWN}.length > 1 && {_SHOWN}.every((cells) => cells.join().includes('price:DOGE'))")
    assert page.evaluate("document.activeElement.id") == "frame-filter"
    page.fill("#frame-filter", "")
    page.click("#frame-pause")
    page.wait(f"/^paused, [1-9]/.test({_figure('frame-count')})")
    page.click("#frame-clear")
    page.wait(f"{_ROWS}.length === 0")
    page.click("#frame-pause")
    page.wait(f"{_COUNT} > 3 && {_ROWS}.length > 3")
