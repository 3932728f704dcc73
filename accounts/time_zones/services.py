"""Choosing the time zone in which one is shown times."""

from accounts.models import User


def time_zone_set(*, user: User, time_zone: str, device_time_zone: str) -> None:
    """Store the zone that `user` has chosen, empty for the device's own, and which that is.

    The first counts on every page of theirs, and both, in this order, in mails.
    """
    user.time_zone, user.device_time_zone = time_zone, device_time_zone
    User.objects.filter(pk=user.pk).update(time_zone=time_zone, device_time_zone=device_time_zone)
