"""What the parts' own readers refuse, said beside the fields of a form: one wording on every interface.

A person reads the label of a field where a program reads the name of its parameter.
"""

# unfold has no types.
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping

from django.forms import BaseForm

from streaming.commands.errors import CommandRefusedError


def add_refusal(form: BaseForm, error: CommandRefusedError, names: Mapping[str, str] | None = None) -> None:
    """Add what was refused to a form.

    `names` are the fields by the paths of their parameters, such as `quiet_hours.start`, as far as they have other
    names; what is of no field concerns the whole form.
    """
    if not error.fields:
        form.add_error(None, error.message)
    for path, sentence in error.fields.items():
        beginning = _known_beginning(path, names or {})
        field = (names or {}).get(beginning, beginning)
        if field not in form.fields:
            form.add_error(None, sentence)
        else:
            form.add_error(field, _labelled(form, field, sentence, path) if beginning == path else sentence)


def _known_beginning(path: str, names: Mapping[str, str]) -> str:
    """Return the longest beginning of a path that has a name, else its first part."""
    parts = path.split(".")
    beginnings = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((beginning for beginning in beginnings if beginning in names), parts[0])


def _labelled(form: BaseForm, field: str, sentence: str, path: str) -> str:
    """Return a sentence about the whole of a field, which begins with the path, with the field's label in its place."""
    begins = sentence.startswith(f"{path} ")
    return f"{form[field].label}{sentence.removeprefix(path)}" if begins else sentence
