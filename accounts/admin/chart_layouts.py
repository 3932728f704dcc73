"""The admin's page of chart layouts: whose they are, and what is in them."""

from django.contrib import admin

from accounts.admin.named_rows import NamedRowAdmin
from accounts.models import ChartLayoutRow


@admin.register(ChartLayoutRow)
class ChartLayoutAdmin(NamedRowAdmin):
    """Layouts of all users."""

    fields = ("user", "name", "layout", "created_at", "updated_at")
