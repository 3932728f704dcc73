"""Access tokens that nobody signed."""

import base64
import json


def json_web_token(payload: object) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"e30.{encoded}.c2lnbmF0dXJl"
