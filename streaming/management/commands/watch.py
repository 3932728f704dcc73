"""`manage.py watch`: the terminal client."""

import getpass
import os
import sys
from argparse import ArgumentParser
from contextlib import suppress
from io import TextIOWrapper
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.clock import SystemClock
from streaming.installed import installed_watch_writers
from streaming.management.running import run_until_stopped
from streaming.management.terminal import wants_colours
from streaming.watch.credentials import credential_of
from streaming.watch.errors import OutputClosedError, WatchError
from streaming.watch.options import DESCRIPTION, add_arguments, watch_options
from streaming.watch.run import watch
from streaming.watch.screen import Screen


class Command(BaseCommand):
    """Print what a client of the sockets hears."""

    help = DESCRIPTION
    requires_system_checks: list[str] = []  # it is a client, and needs nothing of this machine's platform

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Watch until the time is over or Ctrl-C; what goes wrong is told in a sentence."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal without our marks shows others
        try:
            asked = watch_options(options, os.environ)
            credential = credential_of(options, os.environ, _ask_password)
            screen = Screen(sys.stdout, colours=wants_colours(sys.stdout, options))
            run_until_stopped(watch(asked, credential, screen, SystemClock(), writers=installed_watch_writers()))
        except WatchError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:  # at the password
            self.stdout.write("")
        except OutputClosedError:
            with suppress(OSError):
                sys.stdout.close()


def _ask_password(user: str) -> str:
    if not sys.stdin.isatty():
        raise WatchError("--login asks for the password on a terminal; elsewhere set TIDEWIRE_TOKEN or --token-file.")
    return getpass.getpass(f"Password of {user}: ")
