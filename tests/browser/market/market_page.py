"""The market's page as its tests read and use it."""

from tests.browser.browser_page import BrowserPage

CANVAS = "document.getElementById('chart-canvas').dataset"
SYMBOLS = {"BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "ADAUSDT", "AVAXUSDT", "BTCUSDC"}
PRICES = "[...document.querySelectorAll('#watch-list-rows [data-role=price]')].map((cell) => cell.textContent)"
ALL_PRICED = f"{PRICES}.length === {len(SYMBOLS)} && {PRICES}.every((text) => /\\d/.test(text))"
LISTED = "[...document.querySelectorAll('#watch-list-rows tr')].map((row) => row.dataset.symbol)"
READY = f"{CANVAS}.state === 'ready' && {CANVAS}.close !== undefined"
TWO_FRAMES = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
PANES = "document.querySelectorAll('#chart-canvas tr:has(canvas)').length"
"""How many the chart has."""
FOCUS = "document.activeElement.id"
_STRICT_POLICY = "default-src 'self'"


def legend_of(key: str) -> str:
    """Return what the legend says of an indicator, in JavaScript."""
    return f"(document.querySelector('[data-indicator={key}]')?.innerText ?? '')"


def open_market(page: BrowserPage, url: str, *, width: int = 1440, height: int = 900) -> None:
    """Open the page under a strict policy, and wait until its chart has candles."""
    page.open(url, width=width, height=height, policy=_STRICT_POLICY)
    page.wait(READY)


def choose_indicators(page: BrowserPage, *added: str, without: str = "") -> None:
    """Add indicators of the catalogue to the chart, and remove one, by the menu."""
    page.click("#indicator-menu summary")
    for key in added:
        page.click(f"#indicator-add button[value={key}]")
    if without:
        page.click(f"#indicator-list li[data-key={without}] button")
        page.wait("document.querySelector('#indicator-menu[open]')?.contains(document.activeElement)")
    page.press("Escape")
    page.wait("!document.getElementById('indicator-menu').open")
