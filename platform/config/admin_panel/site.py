"""How the admin panel (unfold) looks."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

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


def _contrast(_request: HttpRequest) -> str:
    return static("admin_panel/contrast.css")


def _long_texts(_request: HttpRequest) -> str:
    return static("admin_panel/long_texts.css")


def _naming(_request: HttpRequest) -> str:
    return static("shared/names_for_readers.js")


def _names_for_readers(_request: HttpRequest) -> str:
    return static("admin_panel/names_for_readers.js")


UNFOLD_SETTINGS: dict[str, Any] = {
    "SITE_TITLE": "Tidewire",
    "SITE_HEADER": "Tidewire",
    "SITE_SUBHEADER": "Real-time trading platform",
    "SITE_SYMBOL": "waves",
    "SITE_URL": "/",
    "LOGIN": {"form": "accounts.two_factor.login_form.LoginForm"},
    "DASHBOARD_CALLBACK": "config.admin_panel.dashboard.dashboard",
    "SITE_DROPDOWN": [{"title": "Dashboard", "icon": "monitoring", "link": reverse_lazy("dashboard")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _PRIMARY},
    "STYLES": [_long_texts, _contrast],
    "SCRIPTS": [_naming, _names_for_readers],
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "config.admin_panel.navigation.navigation",
    },
}
