"""Every HTTP address of the platform."""

from django.contrib import admin
from django.urls import include, path

from config.views import dashboard

handler404 = "config.views.not_found"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("admin/", admin.site.urls),
    path("api/v1/auth/", include("accounts.urls")),
    path("api/v1/market/", include("streaming.market.urls")),
    path("", include("streaming.gateway.urls")),
]
