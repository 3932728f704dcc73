"""What a request's body may hold: the declared fields, and none besides."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from streaming.validation import UNKNOWN_PARAMETER

_MOST_NAMED = 20
_LONGEST_NAME = 64


class Body(serializers.Serializer[Any]):
    """The fields of a body. One that isn't declared is refused, so that nobody believes it had an effect."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the checked fields; raise a validation error that names each wrong and each unknown one.

        Of unknown ones 20 are named at most, by 64 characters: an answer is no longer for a larger body.
        """
        unknown = _unknown(data, self.fields)
        try:
            checked = super().to_internal_value(data)
        except serializers.ValidationError as refusal:
            raise serializers.ValidationError({**unknown, **_by_field(refusal)}) from refusal
        if unknown:
            raise serializers.ValidationError(unknown)
        return checked


def _unknown(data: Any, known: Mapping[str, Any]) -> dict[str, list[str]]:
    if not isinstance(data, Mapping):
        return {}
    names = sorted(str(name) for name in data if name not in known)[:_MOST_NAMED]
    return {name[:_LONGEST_NAME]: [UNKNOWN_PARAMETER] for name in names}


def _by_field(refusal: serializers.ValidationError) -> dict[str, Any]:
    return dict(refusal.detail) if isinstance(refusal.detail, dict) else {"non_field_errors": refusal.detail}
