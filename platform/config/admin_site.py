"""How the admin panel (unfold) looks and what its side bar holds."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


def _with_permission(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _page(title: str, icon: str, url_name: str, permission: str) -> dict[str, Any]:
    """Return a link of the side bar, shown to whoever has `permission`; `icon` is a name of Material Symbols."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(url_name),
        "permission": _with_permission(permission),
    }


# One hue, between the blue and the green of the sea, from light to dark (oklch: lightness, chroma, hue).
_PRIMARY = {
    "50": "oklch(97.8% .015 200)",
    "100": "oklch(94.8% .035 201)",
    "200": "oklch(90.2% .065 203)",
    "300": "oklch(83.8% .100 205)",
    "400": "oklch(76.2% .122 208)",
    "500": "oklch(67.4% .122 212)",
    "600": "oklch(54.6% .104 216)",
    "700": "oklch(49.2% .091 219)",
    "800": "oklch(42.4% .075 221)",
    "900": "oklch(37.2% .062 222)",
    "950": "oklch(27.8% .050 225)",
}

_NAVIGATION = [
    {
        "title": "Market",
        "separator": False,
        "items": [
            _page("Symbols", "candlestick_chart", "admin:market_symbol_changelist", "market.view_symbol"),
            _page("Candles", "waterfall_chart", "admin:market_candle_changelist", "market.view_candle"),
            _page("Gaps", "leak_remove", "admin:market_candlegap_changelist", "market.view_candlegap"),
            {"title": "Streams", "icon": "lan", "link": reverse_lazy("admin-streams")},  # for all staff
            {"title": "Operations", "icon": "monitor_heart", "link": reverse_lazy("operations")},  # for all staff
        ],
    },
    {
        "title": "Alerts",
        "separator": True,
        "items": [
            _page("Rules", "notification_add", "admin:alerts_alertrule_changelist", "alerts.view_alertrule"),
            _page("Firings", "bolt", "admin:alerts_alertevent_changelist", "alerts.view_alertevent"),
            _page("Notifications", "notifications", "admin:alerts_notification_changelist", "alerts.view_notification"),
            _page("Deliveries", "outgoing_mail", "admin:alerts_delivery_changelist", "alerts.view_delivery"),
            _page(
                "Preferences",
                "tune",
                "admin:alerts_notificationpreferences_changelist",
                "alerts.view_notificationpreferences",
            ),
        ],
    },
    {
        "title": "Accounts",
        "separator": True,
        "items": [
            _page("Users", "person", "admin:accounts_user_changelist", "accounts.view_user"),
            _page("Groups", "group", "admin:auth_group_changelist", "auth.view_group"),
            _page("API keys", "key", "admin:accounts_apikey_changelist", "accounts.view_apikey"),
            _page("Failed logins", "lock", "admin:axes_accessattempt_changelist", "axes.view_accessattempt"),
        ],
    },
]

UNFOLD_SETTINGS: dict[str, Any] = {
    "SITE_TITLE": "Tidewire",
    "SITE_HEADER": "Tidewire",
    "SITE_SUBHEADER": "Real-time trading platform",
    "SITE_SYMBOL": "waves",
    "SITE_URL": "/",
    "LOGIN": {"form": "accounts.two_factor.login_form.LoginForm"},
    "DASHBOARD_CALLBACK": "config.admin_dashboard.dashboard",
    "SITE_DROPDOWN": [{"title": "Dashboard", "icon": "monitoring", "link": reverse_lazy("dashboard")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _PRIMARY},
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": _NAVIGATION,
    },
}
