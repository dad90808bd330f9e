"""`python manage.py list_apps`: the apps of the account, and their status."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hosting.scalingo import client
from scalingo_async import ScalingoError


class Command(BaseCommand):
    """Lists the apps."""

    help = "Lists the apps of the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option to filter by status."""
        parser.add_argument("--status", help="only apps with this status")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each app."""
        try:
            # No user waits for a command, so it may wait for the rate limit.
            for app in client.with_options(max_wait=None, deadline=None).apps.list():
                if options["status"] in {None, app.status}:
                    self.stdout.write(f"{app.name} {app.status}")
        except ScalingoError as error:
            raise CommandError(str(error)) from error
