"""A journal of a bulk job: what was begun and what has ended, safe against a kill at any moment.

One JSON object a line, with a checksum. The first line says whose journal it is; each other one
what became of one item. A line is on the disk before what it announces is done: so what is not in
the journal was never begun. It holds the keys of the items, and no secrets.
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
    """Where a job writes down what it has done, so that it can be resumed.

    The file is made when there is none, readable for its owner alone. In a folder that others may
    write to, one that may be another user's is refused. Memory holds every key.

    Args:
        path: The file; JSON lines.
        job: Name of the job; that of the function by default. Another job's journal is refused.
        parameters: What the job does to each item, anything that JSON can express; by default the
            keyword arguments of the function. A journal that was written with others is refused.
            A fingerprint of them is stored, not they themselves.
        keep: Makes of the value of an item what the journal keeps of it, anything that JSON can
            express. It must not be secret. By default nothing is kept.
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
    """Return the key of an item that speaks for itself.

    That of an app, however it is given, is its id; a name of which no more than the region is
    known goes with the region, as another region may have it too.

    Raises:
        InvalidArgumentError: It does not.
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
        f"a journal needs a key for each item, and a {type(item).__name__} has none: give key=, a "
        "function that returns one"
    )


def older_keys(item: object, own: str | None) -> list[str]:
    """Return what a journal may know an app by that was written when it was given otherwise.

    Args:
        item: The item.
        own: The region that plain names are of; `None` when that is not known.
    """
    ref = item.ref if isinstance(item, App) else item
    if not isinstance(ref, AppRef):
        return []
    keys = [] if ref.region is None else [f"{ref.name}@{ref.region}"]
    if own is None or ref.region in {None, own}:
        keys.append(ref.name)
    return keys


def shared_names(items: Iterable[object]) -> frozenset[str]:
    """Return the names that apps of several regions have among the items."""
    regions: dict[str, set[str | None]] = {}
    for item in items:
        ref = item.ref if isinstance(item, App) else item
        if isinstance(ref, AppRef):
            regions.setdefault(ref.name, set()).add(ref.region)
    return frozenset(name for name, found in regions.items() if len(found) > 1)


@hidden_frames
def canonical(parameters: Mapping[str, object]) -> Secret:
    """Write parameters down in one way only.

    Raises:
        InvalidArgumentError: They have no JSON form.
    """

    def plain(value: object) -> object:
        if isinstance(value, Secret):
            return value.reveal()
        raise TypeError(type(value).__name__)

    try:
        return Secret(json.dumps(dict(parameters), sort_keys=True, default=plain))
    except (TypeError, ValueError, RecursionError):
        problem = InvalidArgumentError(
            "the parameters of the job have no JSON form: give Journal(parameters=...) what tells "
            "this job from others"
        )
    raise problem


def fingerprint(parameters: Secret, salt: str) -> str:
    """Return a digest of parameters, slow to make: a secret in them can not be guessed."""
    text = parameters.reveal().encode()
    return hashlib.pbkdf2_hmac("sha256", text, bytes.fromhex(salt), _ROUNDS).hex()
