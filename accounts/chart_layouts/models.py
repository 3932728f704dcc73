"""What is stored of chart layouts."""

from django.db import models

from accounts.named_rows.models import NamedRow, unique_name


class ChartLayoutRow(NamedRow):
    """A user's layout of the chart, as JSON of `ChartLayout`."""

    layout = models.JSONField()

    class Meta(NamedRow.Meta):
        verbose_name = "chart layout"
        constraints = [unique_name("chart_layout_name_is_unique")]
