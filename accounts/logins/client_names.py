"""What a program is called that logs in, made of its header `User-Agent`: for people to know it again, no more."""

from collections.abc import Mapping

from accounts.logins.models import LONGEST_CLIENT_NAME

_LONGEST_READ = 512
_BROWSERS = {
    "Edg": "Edge",
    "EdgA": "Edge",
    "EdgiOS": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Version": "Safari",
}
"""The first of these that a browser names is what it is: each claims to be those before it, too."""
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def client_name(user_agent: str) -> str:
    """Return such as `Firefox 128 on Linux`, or for no browser what it calls itself; empty where it says nothing.

    >>> client_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    'Firefox 128 on Linux'
    >>> client_name("python-httpx/0.27.0")
    'python-httpx 0.27.0'
    """
    text = "".join(character for character in user_agent[:_LONGEST_READ] if character.isprintable()).strip()
    versions = _versions(text)
    if "Mozilla" not in versions:  # what every browser begins with
        return " ".join(text.partition(" ")[0].split("/", 1))[:LONGEST_CLIENT_NAME]
    system = next((f" on {shown}" for name, shown in _SYSTEMS.items() if name in text), "")
    return f"{_browser(versions)}{system}"[:LONGEST_CLIENT_NAME]


def _browser(versions: Mapping[str, str]) -> str:
    name = next((name for name in _BROWSERS if name in versions), None)
    return "A browser" if name is None else f"{_BROWSERS[name]} {versions[name].partition('.')[0]}"


def _versions(text: str) -> Mapping[str, str]:
    products = (word.partition("/") for word in text.split())
    return {name: version for name, slash, version in products if slash}
