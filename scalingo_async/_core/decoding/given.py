"""Models of data that a caller gives, and not the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from scalingo_async._core.arguments import MASK, wrong_kind
from scalingo_async._core.decoding import json
from scalingo_async._core.decoding.converters import decoder_by_hook
from scalingo_async._core.decoding.mismatch import MismatchError, is_object
from scalingo_async._core.decoding.record import Record
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError

R = TypeVar("R", bound=Record)


@hidden_frames
def model_of(cls: type[R], data: object) -> R:
    """Make a model of JSON data, which is copied.

    Raises:
        InvalidArgumentError: It does not fit, or holds the mask of a secret.
    """
    if not isinstance(data, Mapping):
        write = "give its to_dict(secrets=True)" if isinstance(data, Record) else None
        raise wrong_kind(data, f"what {cls.__name__} is made of", "a dict", write)
    try:
        return decoded(cls, cast("Mapping[object, object]", data))
    except MismatchError as misfit:
        problem = InvalidArgumentError(misfit.of(cls.__name__))
        problem.__cause__ = misfit.cause
    except RecursionError:
        problem = InvalidArgumentError(f"{cls.__name__}: the data is nested too deeply")
    raise problem


def decoded(cls: type[R], data: Mapping[object, object]) -> R:
    """Decode a model of data that is copied.

    Raises:
        MismatchError: It does not fit, or holds the mask of a secret.
    """
    return cast("R", decoder_by_hook(cls)(copied(data)))


@hidden_frames
def model_of_text(cls: type[R], text: object) -> R:
    """Make a model of a JSON text.

    Raises:
        InvalidArgumentError: It is not JSON, does not fit, or holds the mask of a secret.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise wrong_kind(text, f"what {cls.__name__} is made of", "a str or bytes")
    try:
        data = json.loads(text, None)
    except ValueError as error:
        problem = InvalidArgumentError(f"{cls.__name__}: no valid JSON: {json.stop_of(error)}")
    else:
        if is_object(data):
            return model_of(cls, data)
        problem = wrong_kind(data, f"the JSON that {cls.__name__} is made of", "an object")
    raise problem


def copied(value: object) -> Any:
    """Copy JSON data.

    Raises:
        MismatchError: A value is none that JSON has, or is the mask of a secret.
    """
    if isinstance(value, str):
        if MASK in value:
            raise MismatchError(
                "the secret itself", "its mask (to_dict(secrets=True) writes secrets out)"
            )
        return value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        if not all(isinstance(key, str) for key in members):
            raise MismatchError("an object whose keys are strings", "one with others")
        return {key: _copied_at(cast("str", key), each) for key, each in members.items()}
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return [_copied_at(position, each) for position, each in enumerate(items)]
    raise MismatchError("a JSON value", f"a {type(value).__name__}")


def _copied_at(step: str | int, value: object) -> Any:
    try:
        return copied(value)
    except MismatchError as misfit:
        misfit.path.insert(0, step)
        raise
