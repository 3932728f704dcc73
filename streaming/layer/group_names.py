"""Names that the channel layer takes: letters, digits, `-` and `_`, and not too many of them. Pure."""

import hashlib
import re

_LONGEST = 60
_SAFE = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def group_safe(text: str) -> str:
    """Return `text` where a part of a group's name may hold it, else one that stands for it and for nothing else.

    That is `x-` and its UTF-8 bytes in hexadecimal, or, where that would be long, `h-` and a digest.
    """
    if _SAFE.fullmatch(text) and len(text) <= _LONGEST and not text.startswith(("x-", "h-")):
        return text
    spelled = "x-" + text.encode(errors="surrogatepass").hex()
    if len(spelled) <= _LONGEST:
        return spelled
    return "h-" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
