"""What is stored of chart layouts."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.chart_layouts.parameters import LONGEST_NAME


class ChartLayoutRow(models.Model):
    """A user's layout of the chart, as JSON of `ChartLayout`; its name is unique among that user's, in any case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="chart_layouts")
    name = models.CharField(max_length=LONGEST_NAME)
    layout = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "chart layout"
        ordering = ["user", "pk"]
        constraints = [models.UniqueConstraint("user", Lower("name"), name="chart_layout_name_is_unique")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
