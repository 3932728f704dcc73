"""Which licences a package that we install may have."""

import pytest

from requirements.licences import (
    EXCEPTIONS,
    NOTHING_SAID,
    Package,
    npm_packages,
    objection_to,
    pins,
    python_packages,
    said_by,
)


@pytest.mark.parametrize(
    "said",
    [
        "MIT",
        "Apache-2.0 OR BSD-3-Clause",
        "LGPL-3.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "LGPL-2.1-or-later OR MIT",
        "MIT OR GPL-2.0-only",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    ],
)
def test_it_takes_a_licence_that_may_be_chosen(said: str) -> None:
    assert objection_to(Package("some-package", (said,))) is None


@pytest.mark.parametrize(
    "said",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "GPLv2",
        "MIT AND GPL-2.0-only",
        "LGPL-3.0-only AND GPL-3.0-only",
        "GPL-3.0-only AND (MIT OR BSD-3-Clause)",
        "GPL-2.0-only OR AGPL-3.0-only",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "GNU General Public Licence",
    ],
)
def test_it_names_the_gpl_and_the_agpl_however_they_are_spelled(said: str) -> None:
    assert objection_to(Package("some-package", ("MIT", said))) == f"is under {said}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"License-Expression": ["MIT"], "License": ["GPL"]}, ("MIT",)),
        ({"License": ["GPLv3"]}, ("GPLv3",)),
        (
            {"Classifier": ["License :: OSI Approved :: MIT License", "Topic :: Games"], "License": ["UNKNOWN"]},
            ("MIT License",),
        ),
        ({"License": ["A whole text\nof many lines"]}, ()),
        ({}, ()),
    ],
)
def test_it_reads_what_metadata_say(fields: dict[str, list[str]], said: tuple[str, ...]) -> None:
    assert said_by(fields.get) == said


def test_it_does_not_take_silence_for_consent() -> None:
    assert objection_to(Package("some-package", ())) == NOTHING_SAID


def test_it_reads_what_is_pinned_for_this_machine() -> None:
    text = (
        "Argon2.cffi==25.1.0 \\\n    --hash=sha256:abc\n    # via x==1\n"
        "colorama==0.4.6 ; sys_platform == 'nowhere' \\\n    --hash=sha256:def\n"
        "psycopg[binary]==3.3.9 ; python_version > '3' \\\n"
    )
    assert [(pin.name, str(pin.specifier)) for pin in pins(text)] == [
        ("Argon2.cffi", "==25.1.0"),
        ("psycopg", "==3.3.9"),
    ]


def test_what_is_installed_is_all_allowed_but_for_exceptions_that_are_needed() -> None:
    objections = {package.name for package in [*python_packages(), *npm_packages()] if objection_to(package)}
    assert objections == set(EXCEPTIONS)
