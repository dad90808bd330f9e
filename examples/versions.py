"""Print the running version of each app as CSV: a script without an event loop.

    python examples/versions.py > versions.csv

The token comes from SCALINGO_API_TOKEN.
"""

from __future__ import annotations

import argparse
import csv
import sys
from typing import TYPE_CHECKING

from scalingo_async import ScalingoError
from scalingo_async.blocking import Client, bulk

if TYPE_CHECKING:
    from scalingo_async.models import App


def write_versions(client: Client, status: str | None) -> bool:
    """Print a line for each app; return whether all could be read."""

    def row(app: App) -> list[str | None]:
        for deployment in client.deployments.list(app.ref):
            if deployment.status == "success":
                return [app.name, app.status, deployment.git_ref, str(deployment.created_at)]
        return [app.name, app.status, None, None]

    table = csv.writer(sys.stdout)
    table.writerow(["app", "status", "version", "deployed"])
    whole = True
    apps = (app for app in client.apps.list() if status in {None, app.status})
    for outcome in bulk.map(row, apps):
        if outcome.error is None:
            table.writerow(outcome.unwrap())
        else:
            print(f"versions: {outcome.item.name}: {outcome.error}", file=sys.stderr)
            whole = False
    return whole


def main() -> int:
    """Run the program; return its exit status."""
    parser = argparse.ArgumentParser(description="Print the running version of each app as CSV.")
    parser.add_argument("--status", help="only apps with this status, such as running")
    options = parser.parse_args()
    try:
        with Client.from_env(user_agent="versions-example/1") as client:
            return 0 if write_versions(client, options.status) else 1
    except KeyboardInterrupt:
        return 130
    except ScalingoError as error:
        print(f"versions: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
