"""Calls every operation that only reads, and writes down what the client did not expect.

    SCALINGO_API_TOKEN=tk-us-… python -m tests.live.survey --report live.txt

What an account has decides how far it gets: the ids of one answer lead to the next request. No
value of an answer is in the report, but for words of enumerations, a few headers, and what is said
of an id that does not exist, with everything that may be personal blanked out.
"""

import argparse
import inspect
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import anyio
import attrs

from scalingo_async import (
    APIConnectionError,
    APIStatusError,
    AsyncClient,
    Page,
    Request,
    Response,
    ResponseDecodeError,
    ScalingoError,
    __version__,
)
from scalingo_async.models.base import Model, fields_of, key_of

FACTS = Path(__file__).parents[1] / "api" / "operations.json"

CHANGES = {"collaborators.accept"}
"""Operations with GET that change something all the same."""

LEFT_OUT = {
    "addons.sso": "it hands out a URL that signs in",
    "billing.invoices.download": "it is a file",
    "containers.types.get": "it has no list",
    "operations.get_by_url": "it is operations.get",
    "databases.operations.get_by_url": "it is databases.operations.get",
}

TOKEN_REQUESTS = ("/tokens/exchange", "/token")
"""What ends the paths of the requests with POST that hand out a token and change nothing."""

FIRST_OF: Mapping[str, tuple[str, str]] = {
    "app": ("apps.list", "name"),
    "addon_id": ("addons.list", "id"),
    "addon_provider": ("addons.providers.list", "id"),
    "backup_id": ("databases.backups.list", "id"),
    "contract_id": ("contracts.list", "id"),
    "database": ("dedicated_databases.list", "id"),
    "database_type_id": ("databases.types.list", "id"),
    "integration_id": ("scm_integrations.list", "id"),
    "platform_id": ("notification_platforms.list", "id"),
    "project_id": ("projects.list", "id"),
    "organization_id": ("organizations.list", "id"),
}
"""Which list a value of a path comes from, and which attribute of its first item it is."""

FIXED: Mapping[str, str] = {"metric": "cpu", "container_type": "web"}
"""Values of paths that no list has."""

WRONG_IDS = ("apps.get", "addons.get", "deployments.get", "domains.get", "projects.get")
"""Operations that are called with an id of nothing, too."""

NOTHING = "0000000000000000deadbeef"

HEADERS = re.compile(
    r"rate-?limit|retry-after|request-id|deprecat|sunset|^via$|^server$", re.IGNORECASE
)
WORD = re.compile(r"[a-z][a-z0-9]*(?:[-_/ ][a-z0-9]+){0,4}", re.IGNORECASE)
PERSONAL = (
    (re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+"), "<e-mail address>"),
    (re.compile(r"https?://[^\s\"'<>]+"), "<URL>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{20,}", re.IGNORECASE), "<id>"),
    (re.compile(r"\b(?=\w*\d)[\w-]{20,}\b"), "<id>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "<address>"),
)


class WouldChangeError(Exception):
    """A request that would change something was about to be sent."""


class OutOfRequestsError(Exception):
    """As many requests as were allowed have been sent."""


@attrs.define
class ReadOnly:
    """A middleware that lets only requests through that read, and only so many."""

    most: int
    sent: int = 0

    async def __call__(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        path = request.url.partition("?")[0]
        token = request.method == "POST" and path.endswith(TOKEN_REQUESTS)
        if request.method != "GET" and not token:
            raise WouldChangeError(f"{request.method} {path}")
        if self.sent >= self.most:
            raise OutOfRequestsError
        self.sent += 1
        return await call_next(request)


@attrs.define
class Seen:
    """How often the keys of a model were there, were null, and what no model knows."""

    objects: int = 0
    there: Counter[str] = attrs.field(factory=Counter)
    null: Counter[str] = attrs.field(factory=Counter)
    unknown: dict[str, str] = attrs.field(factory=dict)
    words: dict[str, set[str]] = attrs.field(factory=lambda: defaultdict(set))


@attrs.define
class Survey:
    """What was found."""

    client: AsyncClient
    guard: ReadOnly
    answered: dict[str, int] = attrs.field(factory=dict)
    failed: dict[str, str] = attrs.field(factory=dict)
    missing: dict[str, str] = attrs.field(factory=dict)
    wrong_ids: dict[str, str] = attrs.field(factory=dict)
    headers: dict[str, set[str]] = attrs.field(factory=lambda: defaultdict(set))
    models: dict[str, Seen] = attrs.field(factory=lambda: defaultdict(Seen))
    names: set[str] = attrs.field(factory=set)
    lists: dict[str, list[Any]] = attrs.field(factory=dict)

    async def run(self) -> None:
        """Call what can be called, lists first, until nothing is new or requests are used up."""
        left = sorted(plan(), key=lambda fact: len(self._names(fact)))
        try:
            while ready := [fact for fact in left if self._values(fact) is not None]:
                for fact in ready:
                    left.remove(fact)
                    await self._call(fact["id"], self._values(fact) or [])
            await self._wrong_ids()
        except OutOfRequestsError:
            for fact in left:
                self.missing.setdefault(fact["id"], "no requests were left")
        for fact in left:
            self.missing.setdefault(fact["id"], f"nothing has {' or '.join(self._lacks(fact))}")

    # -- calls ----------------------------------------------------------------------------

    def _names(self, fact: Mapping[str, Any]) -> list[str]:
        parameters = inspect.signature(method_of(self.client, fact["id"])).parameters.values()
        return [row.name for row in parameters if row.kind is row.POSITIONAL_OR_KEYWORD]

    def _values(self, fact: Mapping[str, Any]) -> list[str] | None:
        found = [self._value(fact, name) for name in self._names(fact)]
        return None if None in found else [str(value) for value in found]

    def _lacks(self, fact: Mapping[str, Any]) -> list[str]:
        return [name for name in self._names(fact) if self._value(fact, name) is None]

    def _value(self, fact: Mapping[str, Any], name: str) -> str | None:
        if name in FIXED:
            return FIXED[name]
        family = fact["id"].rpartition(".")[0]
        source, attribute = FIRST_OF.get(name, (f"{family}.list", "id"))
        if name == "addon_id" and fact["auth"] == "addon_token":
            rows = [row for row in self.lists.get(source, []) if is_database(row)]
        else:
            rows = self.lists.get(source, [])
        value = getattr(rows[0], attribute, None) if rows else None
        return value if isinstance(value, str) else None

    async def _call(self, id_: str, ids: list[str]) -> None:
        method = method_of(self.client, id_)
        try:
            raw = await self.client.with_raw_response(method)(*ids, **required(id_))
        except (OutOfRequestsError, WouldChangeError):
            raise
        except ResponseDecodeError as error:
            self.failed[id_] = f"does not decode: {self._blank(str(error))}"
            return
        except APIStatusError as error:
            self.failed[id_] = f"{error.status_code}: {self._blank(json.dumps(error.body))}"
            return
        except (APIConnectionError, ScalingoError) as error:
            self.failed[id_] = f"{type(error).__name__}: {self._blank(str(error))}"
            return
        self.answered[id_] = raw.status_code
        for name, value in raw.headers.items():
            if HEADERS.search(name):
                self.headers[name].add(self._blank(value))
        value = raw.value
        if isinstance(value, list | Page):
            value = self.lists[id_] = list(value)
        self._look(value)

    async def _wrong_ids(self) -> None:
        for id_ in WRONG_IDS:
            fact = OPERATIONS[id_]
            *others, _ = self._names(fact)
            values = [self._value(fact, name) for name in others]
            if None in values:
                continue
            try:
                await method_of(self.client, id_)(*values, NOTHING)
            except APIStatusError as error:
                self.wrong_ids[id_] = f"{error.status_code} {self._blank(json.dumps(error.body))}"
            else:
                self.wrong_ids[id_] = "answered as if it were there"

    # -- answers --------------------------------------------------------------------------

    def _look(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._look(item)
        elif isinstance(value, dict):
            for item in value.values():
                self._look(item)
        elif isinstance(value, Model):
            self._model(value)

    def _model(self, value: Model) -> None:
        seen = self.models[type(value).__name__]
        seen.objects += 1
        for key, item in value.extra.items():
            seen.unknown[key] = kind_of(item)
        for field in fields_of(type(value)):
            key, item = key_of(field), getattr(value, field.name)
            seen.there[key] += item is not None
            seen.null[key] += item is None
            if field.name in {"name", "username", "fullname", "email"} and isinstance(item, str):
                self.names.add(item)
            words = literals(field.type)
            if words and isinstance(item, str) and item not in words:
                known = WORD.fullmatch(item) is not None
                seen.words[key].add(item if known else f"(a text of {len(item)} characters)")
            self._look(item)

    # -- the report -----------------------------------------------------------------------

    def _blank(self, text: str) -> str:
        for name in sorted(self.names, key=len, reverse=True):
            if len(name) > 3:
                text = text.replace(name, "<name>")
        for pattern, instead in PERSONAL:
            text = pattern.sub(instead, text)
        return "".join(char if char.isprintable() else " " for char in text)[:500]

    def report(self) -> str:
        """Write what was found as text that can be published."""
        counts = (
            f"{len(self.answered)} operations answered, {len(self.failed)} failed, "
            f"{len(self.missing)} were not reached"
        )
        lines = [
            "scalingo-async against the platform",
            f"version {__version__}, {datetime.now(UTC):%Y-%m-%d}, {self.guard.sent} requests",
            "",
            counts,
        ]
        lines += section("Failed", (f"{id_}: {why}" for id_, why in self.failed.items()))
        lines += section("Keys that no model knows", self._unknown())
        lines += section("Words that no model knows", self._words())
        lines += section("Attributes that were never there", self._never())
        lines += section("Optional attributes that were always there", self._always())
        lines += section(
            "Headers", (f"{k}: {', '.join(sorted(v))}" for k, v in self.headers.items())
        )
        lines += section("An id of nothing", (f"{k}: {v}" for k, v in self.wrong_ids.items()))
        lines += section("Not reached", (f"{k}: {v}" for k, v in sorted(self.missing.items())))
        return "\n".join(lines) + "\n"

    def _unknown(self) -> Iterator[str]:
        for name, seen in sorted(self.models.items()):
            for key, kind in sorted(seen.unknown.items()):
                yield f"{name}.{self._blank(key)}: {kind}"

    def _words(self) -> Iterator[str]:
        for name, seen in sorted(self.models.items()):
            for key, words in sorted(seen.words.items()):
                yield f"{name}.{key}: {', '.join(sorted(words))}"

    def _never(self) -> Iterator[str]:
        for name, seen in sorted(self.models.items()):
            keys = [key for key in seen.null if not seen.there[key]]
            if keys and seen.objects > 1:
                yield f"{name} ({seen.objects}): {', '.join(sorted(keys))}"

    def _always(self) -> Iterator[str]:
        for name, seen in sorted(self.models.items()):
            optional = {key_of(field) for field in OPTIONAL.get(name, ())}
            keys = [key for key in seen.there if key in optional and not seen.null[key]]
            if keys and seen.objects > 1:
                yield f"{name} ({seen.objects}): {', '.join(sorted(keys))}"


def section(title: str, lines: Iterator[str]) -> list[str]:
    """Write a part of the report; one without lines says so."""
    return ["", title, "-" * len(title), *(list(lines) or ["none"])]


# -- operations ------------------------------------------------------------------------------

OPERATIONS: dict[str, dict[str, Any]] = {
    fact["id"]: fact for fact in json.loads(FACTS.read_text("utf-8"))
}


def plan() -> list[dict[str, Any]]:
    """Return the operations to call.

    Raises:
        WouldChangeError: One of them is more than a look.
    """
    chosen = [
        fact
        for fact in OPERATIONS.values()
        if fact["method"] == "GET"
        and fact["api"] != "absolute"
        and fact["auth"] in {"bearer", "addon_token", "none", "optional"}
        and fact["response"]["kind"] in {"object", "list", "array"}
        and fact["id"] not in CHANGES
        and fact["id"] not in LEFT_OUT
        and all(part["name"] in REQUIRED or not part["required"] for part in fact["query"])
    ]
    check(chosen)
    return chosen


def check(chosen: list[dict[str, Any]]) -> None:
    """Refuse a plan that would change something."""
    for fact in chosen:
        if fact["method"] != "GET" or fact["id"] in CHANGES:
            raise WouldChangeError(f"{fact['id']}: {fact['method']} {fact['path']}")


REQUIRED: Mapping[str, str] = {"scope": "read:organization", "type": "postgresql"}
"""Parameters that a query needs, and what it gets."""


def required(id_: str) -> dict[str, str]:
    """Return the arguments that a call needs besides ids."""
    parts = OPERATIONS[id_]["query"]
    return {part["name"]: REQUIRED[part["name"]] for part in parts if part["required"]}


def method_of(client: AsyncClient, id_: str) -> Callable[..., Any]:
    """Return the method that performs an operation."""
    found: Any = client
    for part in id_.split("."):
        found = getattr(found, part)
    return found


def is_database(addon: Any) -> bool:
    """Say whether the database API knows an addon."""
    kinds = ("postgresql", "mysql", "redis", "mongodb", "influxdb", "elasticsearch", "opensearch")
    return addon.addon_provider is not None and addon.addon_provider.id.startswith(kinds)


# -- models ----------------------------------------------------------------------------------


def kind_of(value: Any) -> str:
    """Return what a value of JSON is, not what it says."""
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return kinds.get(type(value), "number")


def literals(annotation: Any) -> set[str]:
    """Return the words of an annotation."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {word for part in get_args(annotation) for word in literals(part)}


def every(cls: type[Model]) -> Iterator[type[Model]]:
    """Yield a model and those that are made of it."""
    yield cls
    for sub in cls.__subclasses__():
        yield from every(sub)


OPTIONAL: dict[str, list[Any]] = {}
"""The fields of each model that need not be there."""


def note_optional() -> None:
    """Fill `OPTIONAL` with the models that have been loaded."""
    for cls in every(Model):
        fields = [field for field in fields_of(cls) if field.default is not attrs.NOTHING]
        OPTIONAL[cls.__name__] = fields


# -- the command -----------------------------------------------------------------------------


async def survey(most: int, environ: Mapping[str, str], **settings: Any) -> Survey:
    """Survey the account that the environment names, at the pace that the platform allows."""
    guard = ReadOnly(most)
    async with AsyncClient.from_env(environ=environ, middlewares=[guard], **settings) as client:
        found = Survey(client, guard)
        await found.run()
    note_optional()
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="nox -s live --", description=__doc__.splitlines()[0])
    parser.add_argument("--report", default="live.txt", help="file to write (default: %(default)s)")
    parser.add_argument(
        "--max-requests", type=int, default=50, help="most requests (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    if not os.environ.get("SCALINGO_API_TOKEN"):
        parser.error("set SCALINGO_API_TOKEN to an API token of the account: it is only read")
    found = anyio.run(survey, options.max_requests, dict(os.environ))
    text = found.report()
    Path(options.report).write_text(text, "utf-8")
    sys.stdout.write(f"{text}\nWritten to {options.report}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
