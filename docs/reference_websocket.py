"""The site's references of WebSockets, as Markdown: what the AsyncAPI document of a dialect says, and of commands."""

from collections.abc import Iterator

from reference_markdown import (
    code,
    example,
    fields_table,
    heading,
    paragraphs,
    plain,
    sentence,
    with_types,
)

from config.asyncapi.document import document
from config.asyncapi.reference_page import Channel, Command, Message, ReferencePage, reference_page

_INTRODUCTION = (
    "Made of the declarations that a gateway itself runs on, with the limits that hold unless settings say otherwise. "
    "A running deployment shows its own at `/api/docs/websocket/`. For programs, as AsyncAPI 3.0: "
    "[asyncapi-{dialect}.json](asyncapi-{dialect}.json), of a running one `/api/asyncapi/{dialect}/`."
)
_ASKED = "Each message is a JSON object in a text frame. Commands have [a page of their own](websocket-commands.md)."
_COMMANDS = (
    "Commands are the same in each dialect, which writes times in its own way: `market` as ISO 8601, as they stand "
    "here, the others in ms since the epoch. How one is asked and answered: [the protocol](../protocol/README.md)."
)


def dialect_reference(dialect: str) -> str:
    """Return the page of a dialect: how one connects, its messages, and what can be subscribed."""
    page = reference_page(document(dialect))
    return with_types(_dialect(page, dialect), page.schemas)


def commands_reference() -> str:
    """Return the page of the commands, as the dialect `market` writes them."""
    page = reference_page(document("market"))
    return with_types(_commands(page), page.schemas)


def _dialect(page: ReferencePage, dialect: str) -> Iterator[str]:
    yield from (f"# {plain(page.title)}", "", _INTRODUCTION.format(dialect=dialect), "")
    yield from paragraphs(page.paragraphs)
    yield from _connecting(page)
    yield from ("## What clients say", "", _ASKED, "")
    for message in page.asked:
        yield from _message(message)
    yield from ("## What is answered", "")
    for message in page.answered:
        yield from _message(message)
    yield from _channels(page)
    yield from ("## What is told on channels", "")
    for message in page.events:
        yield from _message(message)


def _connecting(page: ReferencePage) -> Iterator[str]:
    yield from ("## Connecting", "", sentence(page.login), "", *example(page.address, "text"))
    yield from (
        "### In the query",
        "",
        *fields_table(page.query),
        "### In the headers",
        "",
        *fields_table(page.headers),
    )
    yield from ("### Limits", "", "| at most | of what | over it | setting |", "|---|---|---|---|")
    for limit in page.limits:
        cells = (str(limit["value"]), limit["about"], limit["over"])
        yield f"| {' | '.join(map(plain, cells))} | {code(limit['setting'])} |"
    yield from (
        "",
        "### How the server ends a connection",
        "",
        "| code | reason and why | connect again? |",
        "|---|---|---|",
    )
    for ending in page.close_codes:
        reason = f"{code(ending['reason'])}: " if ending.get("reason") else ""
        yield f"| {ending['code']} | {reason}{plain(ending['why'])} | {plain(ending['connectAgain'])} |"
    yield ""


def _message(message: Message) -> Iterator[str]:
    yield from (heading(3, code(message.name), f"message-{message.name}"), "")
    yield from paragraphs(message.paragraphs)
    yield from (*fields_table(message.fields), *example(message.example))


def _channels(page: ReferencePage) -> Iterator[str]:
    yield from ("## Channels", "", "What stands in braces varies:", "")
    yield from (f"- {code(name)}: {sentence(said)}" for name, said in page.parameters.items())
    yield from ("", "| channel | who reads it | what is told |", "|---|---|---|")
    yield from map(_channel, page.channels)
    yield ""


def _channel(channel: Channel) -> str:
    messages = ", ".join(f"[{plain(name)}](#message-{name})" for name in channel.messages)
    return f"| {code(channel.address)} | {plain(channel.access)} | {messages} |"


def _commands(page: ReferencePage) -> Iterator[str]:
    yield from ("# Commands, one by one", "", _COMMANDS, "")
    for group in page.groups:
        yield from (heading(2, plain(group.name), f"commands-{group.name}"), "")
        for command in group.commands:
            yield from _command(command)


def _command(command: Command) -> Iterator[str]:
    changes = " It changes something: sent again with the same id, it acts once." if command.changes else ""
    yield from (heading(3, code(command.action), f"command-{command.action}"), "")
    yield from (f"{plain(command.title)}. For {plain(command.access)}.{changes}", "")
    yield from fields_table(command.parameters) if command.parameters else ("It takes no parameters.", "")
    if command.answer:
        yield from ("The data of the answer:", "", *fields_table(command.answer))
    yield from (*example(command.asked), *example(command.answered))
