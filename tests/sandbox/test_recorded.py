"""What the platform was recorded to answer, the sandbox answers as well.

For each recording in `tests/api/recorded`: the same request gets the same status, every key that
the platform sent, and its words when it refuses. What differs is named below, with the reason.
Keys that are newer than the recordings are held to the API facts in `test_operations.py`.
"""

import re
from fnmatch import fnmatchcase
from urllib.parse import parse_qsl, urlsplit

import pytest
from api_facts import path_pattern, recordings

from . import account_samples
from .bare_client import bearer
from .test_operations import BACKENDS, OPERATIONS, PREFIXES, context

__all__ = ["context"]

pytestmark = pytest.mark.anyio

RECORDED = {name: (id_, exchange) for name, id_, exchange in recordings()}

WRONG = {"not-found", "wrong-key"}
"""Ids in the recordings that are of nothing."""

NAMES = {
    "some-example-app": "{app_name}",
    "collaborator@null.scalingo.com": "ada.martin@example.com",
    "master": "main",
    "59c27732c094990021f325dc": "{platform_id}",
}
"""Names in the recordings, and what the sandbox has instead."""

AS_THEY_ARE = {"apps.create", "collaborators.create"}
"""Operations whose names are new."""

LEFT_OUT = {
    "keys[].owner.github.*": "it is null where no account of GitHub is linked",
    "*owner.flags.*": "flags of the platform's own people",
    "app.new_*": "it was about a move between regions in 2020; no source knows it today",
    "meta.pagination.previous_page": "the documentation and every client call it prev_page",
    "events[].type_data.*": "it depends on what has happened; payloads are tested with the events",
}
"""Keys that were recorded, which the sandbox leaves out."""

OTHER_WORDS = {
    "auth.keys.destroy-404": "the platform sent a page of HTML, the documentation shows JSON",
}
"""Refusals that the sandbox words otherwise."""

NO_REQUEST = {"regional.logs.get-guest-200", "regional.logs.get-logged-200"}
"""Logs, by a URL of 2020: `test_log_streams.py` has them."""


def keys(value, path=""):
    """Yield the path of every key; items of a list count together."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{path}.{key}".lstrip(".")
            yield from keys(item, f"{path}.{key}")
    elif isinstance(value, list):
        # Recorded as a list of one, documented as an object.
        mark = "" if path.endswith("scm_repo_link") else "[]"
        for item in value:
            yield from keys(item, f"{path}{mark}")


def renamed(value, id_, context):
    """Put the sandbox's names into a body."""
    if isinstance(value, dict):
        return {key: renamed(item, id_, context) for key, item in value.items()}
    if isinstance(value, str) and value in NAMES and id_ not in AS_THEY_ARE:
        return NAMES[value].format_map(context)
    return value


async def stage(name, id_, sandbox, api, context):
    """Prepare what a recording needs."""
    if "not-initiated" in name:
        return api, context
    api, context = await account_samples.prepare(id_, sandbox, api, context)
    if name.endswith(("find-400", "upgrade-400")):
        context["addon_token"] = "no longer good"
    return api, context


@pytest.mark.parametrize(
    ("name", "anyio_backend"),
    [
        (name, BACKENDS[number % 2])
        for number, name in enumerate(sorted(RECORDED.keys() - NO_REQUEST))
    ],
)
async def test_the_answer_is_the_recorded_one(sandbox, api, context, name):
    id_, exchange = RECORDED[name]
    api, context = await stage(name, id_, sandbox, api, context)
    facts, where, recorded = OPERATIONS[id_], urlsplit(exchange["path"]), exchange["response"]
    found = re.fullmatch(path_pattern(facts["path"]), where.path).groupdict()
    ids = {key: id_ if id_ in WRONG else context.get(key, id_) for key, id_ in found.items()}
    more = {"params": dict(parse_qsl(where.query))}
    if facts["auth"] == "addon_token":
        more["headers"] = bearer(context["addon_token"])
    if id_ == "tokens.exchange":
        more["auth"] = ("", sandbox.api_token)
    body = renamed(exchange["request"].get("json_body"), id_, context)
    path = PREFIXES[facts["api"]] + facts["path"].format_map(ids)

    answer = await api.send(facts["method"], path, body, **more)

    assert answer.status_code == recorded["status"], answer.text
    if name in OTHER_WORDS:
        return
    if recorded["status"] >= 400:
        assert answer.json() == recorded["json_body"]
    elif "json_body" in recorded:
        missing = set(keys(recorded["json_body"])) - set(keys(answer.json()))
        told = {key for key in missing if any(fnmatchcase(key, known) for known in LEFT_OUT)}
        assert missing - told == set()
    else:
        assert answer.text == recorded.get("body", "")


def test_nothing_is_excused_in_vain():
    sent = {
        key
        for _, exchange in RECORDED.values()
        for key in keys(exchange["response"].get("json_body"))
    }
    assert all(any(fnmatchcase(key, known) for key in sent) for known in LEFT_OUT)
    assert RECORDED.keys() >= {*OTHER_WORDS, *NO_REQUEST}
