"""The audit: who did what, when and from where; each row carries the hash of the one before it."""

from typing import Any, NoReturn

from django.db import models

from trading.models.choices import ActorSource


class AppendOnlyError(Exception):
    """A row of the audit was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Rows that are read, and added one by one by `trading.audit.services`."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse it."""
        raise AppendOnlyError("rows of the audit are never changed")

    def delete(self) -> NoReturn:
        """Refuse it."""
        raise AppendOnlyError("rows of the audit are never deleted")

    def without_person(self) -> int:
        """Blank who did it and from where, for `trading.audit.erasure`, which seals what is left."""
        return super().update(actor="", address="", is_without_person=True)


class AuditEntry(models.Model):
    """Something that was done; numbered without a gap, from 1.

    Names and ids are texts, not references: what they stand for may be deleted, this stays. `before` and `after` are
    canonical JSON, empty for none. A row `is_without_person` once who did it was deleted. `hash` is over the whole row
    and `previous_hash` (see `trading.audit.chain`).
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor = models.CharField(max_length=150, blank=True)
    source = models.CharField(max_length=12, choices=ActorSource)
    address = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=64)
    owner_id = models.BigIntegerField(null=True, blank=True)
    account = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    is_without_person = models.BooleanField("without person", default=False, db_default=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        """How the model is shown."""

        ordering = ["-number"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit"
        indexes = [
            models.Index(fields=["owner_id", "-number"], name="audit_of_owner"),
            models.Index(fields=["target", "-number"], name="audit_of_target"),
        ]

    def __str__(self) -> str:
        """Return the number, who did what."""
        return f"{self.number}: {self.action} by {self.actor}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; raise `AppendOnlyError` for one that is there."""
        if not self._state.adding:
            raise AppendOnlyError("rows of the audit are never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse it."""
        raise AppendOnlyError("rows of the audit are never deleted")


class AuditHead(models.Model):
    """The number and hash of the last row of the audit; locked by whoever adds one. A cut end shows by it."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        """There is one."""

        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one")]

    def __str__(self) -> str:
        """Return the last number."""
        return f"up to {self.number}"
