"""A journal of a bulk job: which items were started and ended, safe against a kill at any time.

It has one JSON object per line, with a checksum. The first line names the job, each other line the
state of one item. A line is on the disk before the item is started: an item that is not in the
journal was never started. The journal holds the keys of the items, and no secrets.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from scalingo_async._core.arguments import string
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.apps import App
from scalingo_async.types import AppRef, JSONValue, Secret

_ROUNDS: Final = 100_000
_ID: Final = re.compile(r"[0-9a-f]{24}|ap-[0-9a-f-]{36}").fullmatch


@attrs.frozen
class Journal:
    """A file in which a job records what it has done, so that it can be resumed.

    The file is created if it doesn't exist, readable only by its owner. In a directory that others
    can write to, a file that may belong to another user is refused. All keys are held in memory.

    Args:
        path: The file (JSON lines).
        job: Name of the job; by default the name of the function. The journal of another job is
            refused.
        parameters: What distinguishes this job from others, anything that JSON can express; by
            default the keyword arguments of the function. A journal that was written with other
            parameters is refused. Only a fingerprint of them is stored.
        keep: Takes the value of an item and returns what the journal keeps of it, anything that
            JSON can express. It must not be secret. By default nothing is kept.
    """

    path: str | os.PathLike[str]
    job: str | None = None
    parameters: Mapping[str, object] | None = attrs.field(default=None, repr=False)
    keep: Callable[..., JSONValue] | None = None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.path, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(
                f"path must be the path of a file, not {type(self.path).__name__}"
            )
        if self.job is not None:
            string(self.job, "job")
        if self.keep is not None and not callable(self.keep):
            raise InvalidArgumentError("keep must be a function")


def key_of(item: object) -> str:
    """Return the default key of an item.

    The key of an app is its id, however the app is given. If only a name and a region are known,
    the key has both, because another region may have the same name.

    Raises:
        InvalidArgumentError: It has none.
    """
    if isinstance(item, AppRef):
        if item.id is not None:
            return item.id
        is_name = item.region is not None and not _ID(item)
        return f"{item}@{item.region}" if is_name else str(item)
    if isinstance(item, str):
        return item
    if isinstance(item, int):
        return str(item)
    id_ = getattr(item, "id", None)
    if isinstance(id_, str):
        return str(id_)
    raise InvalidArgumentError(
        f"a journal needs a key for each item, and a {type(item).__name__} has none: pass "
        "key=, a "
        "function that returns one"
    )


def older_keys(item: object, own: str | None) -> list[str]:
    """Return the other keys of an app, from runs that were given it in another form.

    Args:
        item: The item.
        own: The region of plain names; `None` if unknown.
    """
    ref = item.ref if isinstance(item, App) else item
    if not isinstance(ref, AppRef):
        return []
    keys = [] if ref.region is None else [f"{ref.name}@{ref.region}"]
    if own is None or ref.region in {None, own}:
        keys.append(ref.name)
    return keys


def shared_names(items: Iterable[object]) -> frozenset[str]:
    """Return the names that occur in several regions among the items."""
    regions: dict[str, set[str | None]] = {}
    for item in items:
        ref = item.ref if isinstance(item, App) else item
        if isinstance(ref, AppRef):
            regions.setdefault(ref.name, set()).add(ref.region)
    return frozenset(name for name, found in regions.items() if len(found) > 1)


@hidden_frames
def canonical(parameters: Mapping[str, object]) -> Secret:
    """Serialize parameters in a canonical form.

    Raises:
        InvalidArgumentError: They can't be serialized as JSON.
    """

    def plain(value: object) -> object:
        if isinstance(value, Secret):
            return value.reveal()
        raise TypeError(type(value).__name__)

    try:
        return Secret(json.dumps(dict(parameters), sort_keys=True, default=plain))
    except (TypeError, ValueError, RecursionError):
        problem = InvalidArgumentError(
            "the parameters of the job can't be serialized as JSON: pass "
            "Journal(parameters=...) with what "
            "distinguishes this job from others"
        )
    raise problem


def fingerprint(parameters: Secret, salt: str) -> str:
    """Return a slow digest of parameters, so that a secret in them can't be guessed."""
    text = parameters.reveal().encode()
    return hashlib.pbkdf2_hmac("sha256", text, bytes.fromhex(salt), _ROUNDS).hex()
