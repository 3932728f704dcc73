"""Where the channels reach a user, over REST: below `/api/v1/notifications/`.

Each needs a login (`Authorization: Bearer`), concerns one's own only, and answers errors as
`{"error": {"code", "message", "fields"?}}`. Times are ISO 8601 with 3 digits and `Z`.

`channels/`
    GET → 200 `{"items": [CHANNEL], "total": 4}`, CHANNEL = `{"channel": "websocket" | "email" | "web_push" | "webhook",
    "available": true, "reason": null, "target": "ada@example.com", "switched_off": null}`. Not `available` where the
    deployment or the user lacks what it needs; `reason` says what in a sentence. `target` is the address, the webhook's
    URL, or "2 browsers". `switched_off` is `{"reason", "at"}` where the channel could not reach the user any more;
    `preferences.set` with the channel, a new address, or a new subscription switches it on again.
`push/`
    GET → 200 `{"public_key": "BN…" | null, "items": [SUBSCRIPTION], "total": 1}`. `public_key` is the
    `applicationServerKey` (base64url); null where web push is off here. SUBSCRIPTION = `{"id": 3, "endpoint":
    "https://…", "user_agent": "Mozilla/5.0 …", "created": "2026-11-20T22:00:00.000Z"}`.
    POST `{"endpoint", "keys": {"p256dh", "auth"}, "expirationTime"?}` (what `PushSubscription.toJSON()` gives, and
    `user_agent`, where the page tells it) → 201 SUBSCRIPTION; of the same endpoint again, too: the keys are replaced.
    503 UNAVAILABLE where web push is off.
`push/<id>/`
    DELETE → 204; 404 NOT_FOUND for an unknown one, and for another's.
`webhook/`
    GET → 200 `{"url": "https://…" | null, "updated": "…" | null}`.
    PUT `{"url", "new_secret"?: false}` → 200 `{"url", "updated", "secret": "…" | null}`: the secret is shown only in the
    answer that made it, the first one and those with `new_secret`. A URL that is no address of the web, or whose host is
    written as a private address, is a 400 that names `url`.
    DELETE → 204, also where there is none.
`mails/`
    GET `?limit=50&offset=0` → 200 `{"items": [MAIL], "total": 2}`, newest first; MAIL = `{"id": "…", "subject": "…",
    "from": "…", "to": "ada@example.com", "sent": "…", "text": "…"}`. Only where mails go into a folder (`EMAIL_URL` is
    empty), as in the demo; elsewhere 404.
"""
