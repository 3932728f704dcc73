"""What the site's references of WebSockets and REST have in common, as Markdown: sentences, fields, types, examples."""

import re
from collections.abc import Iterable, Iterator, Sequence

from config.openapi.schema_fields import Field, NamedSchema, Paragraph, Part

_SPECIAL = re.compile(r"([\\`*_{}\[\]>|#])")
_TO_TYPE = re.compile(r"\]\(#schema-([^)]+)\)")


def plain(text: str) -> str:
    """Return a text that means itself in Markdown, in a table's cell, too."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


def code(text: str) -> str:
    """Return what is written on the wire, in a table's cell, too."""
    return f"`{text}`" if "|" not in text else plain(text)


def sentence(pieces: Paragraph) -> str:
    """Return a sentence whose names and values are code."""
    return "".join(code(piece.text) if piece.is_code else _with_spaces(piece.text) for piece in pieces)


def type_text(parts: Iterable[Part]) -> str:
    """Return what a value can be; a type that has a name leads to it."""
    return "".join(
        f"[{plain(part.text)}](#{part.anchor})" if part.anchor else _with_spaces(part.text) for part in parts
    )


def heading(level: int, text: str, anchor: str) -> str:
    """Return a heading that links lead to by `anchor`."""
    return f"{'#' * level} {text} {{ #{anchor} }}"


def paragraphs(told: Iterable[Paragraph]) -> Iterator[str]:
    """Yield lines, a paragraph each, with an empty one after it."""
    for each in told:
        yield from (sentence(each), "")


def fields_table(fields: Iterable[Field]) -> Iterator[str]:
    """Yield the lines of a table, and an empty one after it; nothing where there are no fields."""
    yield from table_of(
        [field_row(field.path, "" if field.is_required else "optional", field.type, field.note) for field in fields]
    )


def field_row(name: str, remark: str, parts: Iterable[Part], note: Paragraph) -> str:
    """Return the row of a field, or of a parameter; `remark` stands behind its name."""
    behind = f" ({remark})" if remark else ""
    said = f": {sentence(note)}" if note else ""
    return f"| {code(name)}{behind} | {type_text(parts)}{said} |"


def table_of(rows: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table of fields, and an empty one after it; nothing where there are no rows."""
    if rows:
        yield from ("| field | what it is |", "|---|---|", *rows, "")


def example(written: str, language: str = "json") -> Iterator[str]:
    """Yield the lines of an example, and an empty one after it."""
    yield from (f"```{language}", *written.splitlines(), "```", "")


def with_types(lines: Iterable[str], schemas: Iterable[NamedSchema]) -> str:
    """Return a page of these lines, and of the types that they lead to, and these in turn."""
    page = list(lines)
    types = {schema.name: tuple(_type_lines(schema)) for schema in schemas}
    needed: set[str] = set()
    waiting = _named_in(page)
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= _named_in(types[name]) - needed
    if needed:
        page += ["## Types", ""]
    for name in sorted(needed):
        page += types[name]
    return "\n".join(page).rstrip() + "\n"


def _named_in(lines: Iterable[str]) -> set[str]:
    return {name for line in lines for name in _TO_TYPE.findall(line)}


def _type_lines(schema: NamedSchema) -> Iterator[str]:
    yield from (heading(3, plain(schema.name), f"schema-{schema.name}"), "")
    yield from paragraphs(schema.paragraphs)
    yield from fields_table(schema.fields) if schema.fields else (type_text(schema.type), "")


def _with_spaces(text: str) -> str:
    """Return a piece of a sentence, which may begin or end with a space."""
    begin, end = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
    return f"{begin}{plain(text)}{end}"
