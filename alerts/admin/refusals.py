"""What the parts' own readers refuse, said beside the fields of a form: one wording on every interface."""

# unfold has no types.
# mypy: disable-error-code="import-untyped"

from collections.abc import Callable, Mapping

from django.forms import BaseForm

from streaming.commands.errors import CommandRefusedError


def add_refusal(form: BaseForm, error: CommandRefusedError, field_of: Callable[[str], str]) -> None:
    """Add what was refused to a form. `field_of` leads from a parameter's path to a field; others concern the whole."""
    if not error.fields:
        form.add_error(None, error.message)
    for path, sentence in error.fields.items():
        field = field_of(path)
        form.add_error(field if field in form.fields else None, sentence)


def field_by_path(names: Mapping[str, str]) -> Callable[[str], str]:
    """Return what finds the field of the longest known beginning of a path, such as `quiet_hours.start`."""

    def field_of(path: str) -> str:
        parts = path.split(".")
        beginnings = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return next((names[beginning] for beginning in beginnings if beginning in names), parts[0])

    return field_of
