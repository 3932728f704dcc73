"""What streaming keeps in the database: workers, the last day of the deployment, its backups, answers of commands."""

from django.db import models


class Lease(models.Model):
    """The right to be the one worker of a name, until `expires_at`.

    `token` is the fencing number: it grows at each change of hands, so that what a former holder still does can be told
    from what the present one does. `holder` is empty where the lease was given back. It was taken, or renewed last, for
    `seconds`.
    """

    name = models.CharField(max_length=60, unique=True)
    holder = models.CharField(max_length=120, blank=True)
    token = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()
    seconds = models.FloatField(db_default=0)

    class Meta:
        """How the model is shown."""

        ordering = ["name"]

    def __str__(self) -> str:
        """Return the name and who holds it."""
        return f"{self.name} ({self.holder or 'free'}, token {self.token})"


class WorkerPresence(models.Model):
    """A process of a worker that may run any number of times: alive until `expires_at`, if nothing is heard of it.

    It was heard of last for `seconds`.
    A row without a process says that the worker has run here, and since when its last process has ended in order.
    """

    name = models.CharField(max_length=60)
    process = models.CharField(max_length=120, blank=True)
    expires_at = models.DateTimeField()
    seconds = models.FloatField(db_default=0)

    class Meta:
        """What always holds."""

        constraints = [models.UniqueConstraint(fields=["name", "process"], name="presence_is_unique")]

    def __str__(self) -> str:
        """Return which worker it is, and in which process."""
        return f"{self.name} ({self.process or 'no process'})"


class WorkerFigures(models.Model):
    """What a process of a worker does, in figures that its app declares, as JSON; empty while it stands by."""

    name = models.CharField(max_length=60)
    process = models.CharField(max_length=120)
    told_at = models.DateTimeField()
    figures = models.TextField(blank=True)

    class Meta:
        """What always holds."""

        verbose_name_plural = "worker figures"
        constraints = [models.UniqueConstraint(fields=["name", "process"], name="worker_figures_are_unique")]

    def __str__(self) -> str:
        """Return which worker it is, and in which process."""
        return f"figures of {self.name} ({self.process})"


class DeploymentMinute(models.Model):
    """What the deployment was in the minute that began then: its figures by name, as JSON."""

    began_at = models.DateTimeField(unique=True)
    figures = models.TextField()

    class Meta:
        """What staff may do with the deployment as it is now, of which there are no rows."""

        permissions = [("disconnect_client", "Can end connections of clients")]

    def __str__(self) -> str:
        """Return which minute it is."""
        return f"the deployment at {self.began_at:%Y-%m-%d %H:%M}"


class BackupRecord(models.Model):
    """A backup of this database, as it was at `made_at`, of `size` bytes."""

    made_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        """Return of when it is."""
        return f"backup of {self.made_at:%Y-%m-%d %H:%M}"


class CommandRecord(models.Model):
    """A command that changes something, and its first answer: the same id of the same user acts once.

    `outcome` is empty while it is under way. `fingerprint` tells whether it was sent again with other parameters.
    """

    user_id = models.CharField(max_length=40)
    command_id = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    outcome = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        """What always holds."""

        constraints = [models.UniqueConstraint(fields=["user_id", "command_id"], name="command_acts_once")]

    def __str__(self) -> str:
        """Return whose command it is."""
        return f"command {self.command_id} of {self.user_id}"
