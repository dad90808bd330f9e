"""The tables and the page of `report.py`: what was read of an account, put in order."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scalingo_async import AppRef
    from scalingo_async.bulk import AppInventory
    from scalingo_async.models import Addon, Collaborator, DedicatedDatabase
    from scalingo_async.types import JSONValue

Cell = str | float | list[str] | None
Row = dict[str, Cell]

SOON = 30
"""Certificates with fewer days left are pointed out."""


@dataclass(frozen=True)
class Database:
    """A database: an addon of an app, or one on dedicated resources."""

    ref: AppRef
    region: str
    name: str
    addon: Addon


@dataclass
class Account:
    """What was read of an account.

    The prices are those of thirty days in euros, by region and by the name of a size or plan.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    apps: list[AppInventory] = field(default_factory=list["AppInventory"])
    dedicated: dict[str, DedicatedDatabase] = field(default_factory=dict[str, "DedicatedDatabase"])
    databases: list[Database] = field(default_factory=list[Database])
    backups: dict[str, JSONValue] = field(default_factory=dict[str, "JSONValue"])
    prices: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    unread: list[Row] = field(default_factory=list[Row])
    requests: list[Row] = field(default_factory=list[Row])
    resumed: int = 0

    def missing(self, region: str, app: str | None, what: str, error: Exception | None) -> None:
        """Remember what could not be read. The text of an error may quote a response: leave it."""
        status = getattr(error, "status_code", None)
        reason = f"{type(error).__name__} {status or ''}".rstrip()
        self.unread.append({"region": region, "app": app, "what": what, "error": reason})


class Column(NamedTuple):
    """The heading of a column, how its cells are shown, and what stands for a missing value."""

    heading: str
    kind: str = "text"
    missing: str = "-"


COLUMNS = {
    "addons": Column("Addons", "list"),
    "app": Column("App"),
    "apps": Column("Apps", "number"),
    "backup": Column("Backup"),
    "certificate": Column("Certificate"),
    "containers": Column("Containers", "number", "unknown"),
    "cost": Column("30 days", "money", "unknown"),
    "days": Column("Days ago", "number"),
    "days_left": Column("Days left", "number"),
    "domain": Column("Domain"),
    "email": Column("E-mail address"),
    "ends": Column("Ends", "date"),
    "error": Column("Error"),
    "invitation": Column("Invitation", "list"),
    "kind": Column("Kind"),
    "last_backup": Column("Last backup", "date"),
    "last_deployment": Column("Last deployment", "date", "never"),
    "limited": Column("Limited role", "number"),
    "megabytes": Column("MB", "number"),
    "names": Column("Names of the apps", "list"),
    "needed": Column("Needed", "number"),
    "operation": Column("Operation", "list"),
    "owner": Column("Owner"),
    "plan": Column("Plan"),
    "project": Column("Project"),
    "region": Column("Region"),
    "sent": Column("Sent", "number"),
    "state": Column("State"),
    "status": Column("Status"),
    "two_factor": Column("Two-factor", "text", "unknown"),
    "types": Column("Types", "list"),
    "unpriced": Column("Without a price", "list"),
    "unpriced_apps": Column("Not fully priced", "number"),
    "username": Column("User name"),
    "what": Column("Missing"),
    "why": Column("Why no fewer", "list"),
}


TILES = {
    "apps": "apps",
    "containers": "containers",
    "cost": "for 30 days",
    "unpriced": "apps not fully priced",
    "databases": "databases",
    "without_backup": "databases without a backup",
    "domains": "domains",
    "ending": f"certificates with fewer than {SOON} days left",
    "people": "collaborators",
    "stale": "apps not deployed for long",
    "unread": "things not readable",
    "requests": "requests for this report",
}


PLACE, AGE = ["app", "region", "project"], ["last_deployment", "days"]
BACKUP = ["backup", "last_backup", "days", "megabytes"]
PROJECTS = ["region", "project", "apps", "containers", "cost", "unpriced_apps"]
STALE = [*PLACE, *AGE, "cost", "owner"]
APPS = [*PLACE, "status", "containers", "types", "addons", "cost", "unpriced", *AGE, "owner"]
DATABASES = ["app", "region", "kind", "plan", "status", "cost", *BACKUP]
DOMAINS = ["domain", "app", "region", "certificate", "state", "ends", "days_left"]
PEOPLE = ["email", "username", "apps", "limited", "invitation", "two_factor", "names"]


class Table(NamedTuple):
    """A table of the report; the columns are keys of `COLUMNS` and of each row."""

    id: str
    title: str
    columns: list[str]
    rows: list[Row]
    note: str = ""


# -- rows ------------------------------------------------------------------------------------------


def days(since: datetime | None, until: datetime | None) -> int | None:
    """Count whole days; negative if the end comes first."""
    return None if since is None or until is None else (until - since).days


def number(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) else 0


def iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def app_row(account: Account, entry: AppInventory) -> Row:
    """Describe an app. Its cost is the sum of the known prices; the others are named."""
    app, containers, addons = entry.app, entry.containers or (), entry.addons or ()
    parts = [(f"size {each.size}", each.amount, each.size) for each in containers if each.amount]
    parts += [(addon.plan.name, 1, addon.plan.name) for addon in addons]
    prices = [(name, amount, account.prices.get((app.region, key))) for name, amount, key in parts]
    unpriced = sorted({name for name, _, price in prices if price is None})
    unpriced += [part for part in ("containers", "addons") if getattr(entry, part) is None]
    known = [amount * price for _, amount, price in prices if price is not None]
    return {
        "app": app.name,
        "region": app.region,
        "project": app.project.name if app.project else None,
        "status": app.status,
        "containers": None if entry.containers is None else sum(each.amount for each in containers),
        "types": [f"{each.amount} {each.name} ({each.size})" for each in containers],
        "addons": sorted(addon.plan.name for addon in addons),
        "cost": None if unpriced and not known else round(sum(known), 2),
        "unpriced": unpriced,
        "last_deployment": iso(app.last_deployed_at),
        "days": days(app.last_deployed_at, account.now),
        "owner": app.owner.username,
    }


def database_row(account: Account, database: Database) -> Row:
    """Describe a database and its last backup."""
    addon, backup = database.addon, account.backups.get(database.addon.id)
    found = backup if isinstance(backup, dict) else {}
    made, size = found.get("created_at"), found.get("size")
    when = datetime.fromisoformat(made) if isinstance(made, str) else None
    price = account.prices.get((database.region, addon.plan.name))
    return {
        "app": database.name,
        "region": database.region,
        "kind": addon.addon_provider.name,
        "plan": addon.plan.name,
        "status": addon.status,
        "cost": price,
        "unpriced": [addon.plan.name] if price is None else [],
        "backup": "done" if found else "none" if addon.id in account.backups else "unknown",
        "last_backup": iso(when),
        "days": days(when, account.now),
        "megabytes": round(size / 1e6, 3) if isinstance(size, int) else None,
    }


def project_rows(account: Account, apps: list[Row], databases: list[Row]) -> list[Row]:
    """Add up the apps, and the databases on dedicated resources, of each project."""
    names = {e.app.project.id: e.app.project.name for e in account.apps if e.app.project}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in apps:
        groups.setdefault((str(row["region"]), str(row["project"] or "-")), []).append(row)
    for row, database in zip(databases, account.databases, strict=True):
        dedicated = account.dedicated.get(str(database.ref))
        if dedicated is not None:
            id_ = dedicated.project_id or "-"
            groups.setdefault((database.region, names.get(id_, id_)), []).append(row)
    return [
        {
            "region": region,
            "project": project,
            "apps": sum("owner" in row for row in rows),
            "containers": sum(number(row.get("containers")) for row in rows),
            "cost": round(sum(number(row["cost"]) for row in rows), 2),
            "unpriced_apps": sum(bool(row["unpriced"]) for row in rows),
        }
        for (region, project), rows in sorted(groups.items())
    ]


def domain_rows(account: Account) -> list[Row]:
    """Describe the domains and their certificates; the certificate that ends first comes first."""
    rows: list[Row] = [
        {
            "domain": domain.name,
            "app": entry.app.name,
            "region": entry.app.region,
            "certificate": (
                "Let's Encrypt" if domain.letsencrypt else "your own" if domain.ssl else "none"
            ),
            "state": domain.letsencrypt_status if domain.letsencrypt_enabled else domain.ssl_status,
            "ends": iso(domain.validity),
            "days_left": days(account.now, domain.validity),
        }
        for entry in account.apps
        for domain in entry.domains or ()
    ]
    return sorted(rows, key=lambda row: (row["ends"] is None, str(row["ends"]), str(row["domain"])))


def person_rows(account: Account) -> list[Row]:
    """Describe the collaborators, each with all of their apps."""
    people: dict[str, list[tuple[str, Collaborator]]] = {}
    for entry in account.apps:
        for person in entry.collaborators or ():
            people.setdefault(person.email.lower(), []).append((entry.app.name, person))
    return [
        {
            "email": email,
            "username": next((one.username for _, one in found if one.user_id), None),
            "apps": len(found),
            "limited": sum(bool(one.is_limited) for _, one in found),
            "invitation": sorted({one.status for _, one in found}),
            "two_factor": next(
                (
                    "on" if one.tfa_status else "off"
                    for _, one in found
                    if one.tfa_status is not None
                ),
                None,
            ),
            "names": [name for name, _ in found],
        }
        for email, found in sorted(people.items())
    ]


def tables_of(account: Account, stale: int) -> list[Table]:
    """Make the tables of the report; `stale` is after how many days an app counts as such."""
    apps = [
        app_row(account, entry) for entry in account.apps if entry.app.id not in account.dedicated
    ]
    databases = [database_row(account, database) for database in account.databases]
    old = [row for row in apps if row["days"] is None or number(row["days"]) >= stale]
    tables = [
        Table(
            "projects",
            "Regions and projects",
            PROJECTS,
            project_rows(account, apps, databases),
            "Costs are the list prices of thirty days of what runs now: containers and addons.",
        ),
        Table(
            "stale",
            f"Not deployed for {stale} days",
            STALE,
            sorted(old, key=lambda row: str(row["last_deployment"] or "")),
            "Failed deployments count as well.",
        ),
        Table(
            "apps",
            "Apps",
            APPS,
            apps,
        ),
        Table(
            "databases",
            "Databases",
            DATABASES,
            databases,
            "Their costs are included in those of their apps.",
        ),
        Table(
            "domains",
            "Domains and certificates",
            DOMAINS,
            domain_rows(account),
        ),
        Table(
            "people",
            "Collaborators",
            PEOPLE,
            person_rows(account),
            "Owners are listed with their apps.",
        ),
        Table(
            "unread",
            "Not readable",
            ["region", "app", "what", "error"],
            account.unread,
            "The rest of the report is complete. Run it again with the same --resume file to ask "
            "for these only.",
        ),
        Table(
            "requests",
            "Requests",
            ["operation", "sent", "needed", "why"],
            account.requests,
            "Those of this run, and the fewest that it takes. The difference is retries.",
        ),
    ]
    return [
        table._replace(rows=[{key: row[key] for key in table.columns} for row in table.rows])
        for table in tables
    ]


def totals_of(account: Account, tables: Iterable[Table]) -> dict[str, float]:
    """Add up what the top of the page shows."""
    rows = {table.id: table.rows for table in tables}
    left = [row["days_left"] for row in rows["domains"]]
    return {
        "apps": len(rows["apps"]),
        "containers": sum(number(row["containers"]) for row in rows["apps"]),
        "cost": round(sum(number(row["cost"]) for row in rows["projects"]), 2),
        "unpriced": sum(number(row["unpriced_apps"]) for row in rows["projects"]),
        "databases": len(rows["databases"]),
        "without_backup": sum(row["backup"] == "none" for row in rows["databases"]),
        "domains": len(left),
        "ending": sum(days is not None and number(days) < SOON for days in left),
        "people": len(rows["people"]),
        "stale": len(rows["stale"]),
        "unread": len(account.unread),
        "requests": sum(number(row["sent"]) for row in account.requests),
    }


def data_of(account: Account, stale: int) -> dict[str, object]:
    """Return the data of the page as JSON."""
    tables = tables_of(account, stale)
    return {
        "made_at": iso(account.now),
        "resumed": account.resumed,
        "totals": totals_of(account, tables),
        **{table.id: table.rows for table in tables},
    }


# -- the page --------------------------------------------------------------------------------------


def shown(cell: Cell, column: Column) -> str:
    """Write a cell for people."""
    if cell is None or cell == []:
        return "" if cell == [] else column.missing
    if isinstance(cell, list):
        return ", ".join(cell)
    if column.kind == "money":
        return f"{cell:,.2f} €"
    if column.kind == "date":
        return str(cell)[:10]
    return f"{cell:,}" if isinstance(cell, int | float) else cell


def table_html(table: Table) -> str:
    """Write a table; `data-value` is what the script sorts by."""
    columns = {key: COLUMNS[key] for key in table.columns}
    head = "".join(
        f'<th scope="col" class="{column.kind}" data-key="{key}">{escape(column.heading)}</th>'
        for key, column in columns.items()
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.kind}" data-value="{escape(json.dumps(row[key]))}">'
            f"{escape(shown(row[key], column))}</td>"
            for key, column in columns.items()
        )
        + "</tr>\n"
        for row in table.rows
    )
    title, note = escape(table.title), f"<p>{escape(table.note)}</p>" if table.note else ""
    if not table.rows:
        return f'<section><h2 id="{table.id}">{title} <small>0</small></h2><p>None.</p></section>\n'
    return (
        f'<section><h2 id="{table.id}">{title} <small>{len(table.rows)}</small></h2>{note}'
        f'<div class="frame" role="region" aria-labelledby="{table.id}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div></section>\n"
    )


def chart_html(title: str, bars: Mapping[str, float], unit: str = "") -> str:
    """Draw a small bar chart, of the ten largest bars at most if there are more."""
    chosen = dict(Counter(bars).most_common(10)) if len(bars) > 10 else dict(bars)
    most = max([*chosen.values(), 1])
    lines: list[str] = []
    for place, (label, value) in enumerate(chosen.items()):
        text, top = f"{value:,.0f}{unit}", 40 * place
        short = label if len(label) <= 34 else f"{label[:33]}…"
        lines.append(
            f'<text x="0" y="{top + 14}">{escape(short)}</text>'
            f'<text x="320" y="{top + 14}" text-anchor="end">{text}</text>'
            f'<rect class="back" x="0" y="{top + 21}" width="320" height="9" rx="2"/>'
            f'<rect x="0" y="{top + 21}" width="{320 * value / most:.1f}" height="9" rx="2"/>'
        )
    words = "; ".join(f"{label}: {value:,.0f}{unit}" for label, value in chosen.items())
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 320 '
        f'{max(40 * len(lines), 1)}" role="img" aria-label="{escape(f"{title}: {words}")}">'
        f"{''.join(lines)}</svg></figure>\n"
    )


def spans(cells: Iterable[Cell], steps: Mapping[str, float], missing: str) -> dict[str, float]:
    """Count numbers by the first step that they are below."""
    found = dict.fromkeys([*steps, missing], 0.0)
    for cell in cells:
        fitting = (label for label, limit in steps.items() if number(cell) < limit)
        found[missing if cell is None else next(fitting)] += 1
    return found


def page_of(account: Account, stale: int) -> str:
    """Write the page."""
    tables = tables_of(account, stale)
    rows = {table.id: table.rows for table in tables}
    places = {f"{row['region']} / {row['project']}": row for row in rows["projects"]}
    ever = float("inf")
    charts = [
        chart_html("Apps by project", {name: number(row["apps"]) for name, row in places.items()}),
        chart_html(
            "Cost of 30 days by project",
            {name: number(row["cost"]) for name, row in places.items()},
            " €",
        ),
        chart_html(
            "Last deployment of apps",
            spans(
                (row["days"] for row in rows["apps"]),
                {
                    "less than 7 days ago": 7,
                    "7 to 29 days ago": 30,
                    "30 to 89 days ago": 90,
                    "90 days ago or more": ever,
                },
                "never",
            ),
        ),
        chart_html(
            "End of certificates",
            spans(
                (row["days_left"] for row in rows["domains"]),
                {
                    "expired": 0,
                    "in less than 30 days": SOON,
                    "in 30 to 59 days": 60,
                    "in 60 days or more": ever,
                },
                "no certificate, or unknown",
            ),
        ),
    ]
    tiles = "".join(
        f"<div><dt>{TILES[name]}</dt><dd>{value:,.0f}{' €' if name == 'cost' else ''}</dd></div>"
        for name, value in totals_of(account, tables).items()
    )
    template = Path(__file__).with_suffix(".html").read_text("utf-8")
    style, script = (
        template.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0] for tag in ("style", "script")
    )
    return Template(template).substitute(
        policy=f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
        made=f"{account.now:%Y-%m-%d %H:%M} UTC",
        tiles=tiles,
        charts="".join(charts),
        tables="".join(map(table_html, tables)),
    )


def digest(text: str) -> str:
    """Return the hash of an inline style or script, as a Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
