"""What the app brings."""

from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.commands.use_cases import command_of
from streaming.page_link import PageLink
from streaming.rest.urls import UrlPrefix
from streaming.workers.worker import Worker
from tests.sample_app.retention import OLD_NOTES
from tests.sample_app.topics import TOPICS
from tests.sample_app.use_cases import ADD_NOTE, LIST_NOTES

_NOTES = AdminLink(title="Notes", icon="note", url_name="admin:sample_note_changelist", permission="sample.view_note")

DECLARATION = AppDeclaration(
    topics=TOPICS,
    commands=(command_of("sample.add", ADD_NOTE), command_of("sample.list", LIST_NOTES)),
    retention=(OLD_NOTES,),
    workers=(
        Worker(
            name="sample",
            title="who stamps notes",
            work="tests.sample_app.worker.stamp_notes",
            backlog="tests.sample_app.worker.note_backlog",
        ),
    ),
    urls=(UrlPrefix("api/v1/", "tests.sample_app.urls"), UrlPrefix("", "tests.sample_app.page_urls")),
    pages=(PageLink(title="Notes", url_name="sample-notes"),),
    admin_sections=(AdminSection(title="Sample", links=(_NOTES,)),),
    admin_figures="tests.sample_app.admin.note_figures",
)
