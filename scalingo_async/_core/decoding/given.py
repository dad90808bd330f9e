"""Models from data of the caller, not of the platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from scalingo_async._core.arguments import MASK, wrong_kind
from scalingo_async._core.decoding import json
from scalingo_async._core.decoding.converters import decoder_by_hook
from scalingo_async._core.decoding.mismatch import MismatchError, is_object
from scalingo_async._core.decoding.record import Record
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import InvalidArgumentError

R = TypeVar("R", bound=Record)
T = TypeVar("T")


def model_of(cls: type[R], data: object) -> R:
    """Make a model from JSON data, which is copied.

    Raises:
        InvalidArgumentError: It does not fit, or holds the mask of a secret.
    """
    return cast("R", made_of(cls.__name__, data, decoder_by_hook(cls)))


def decoded(cls: type[R], data: Mapping[object, object]) -> R:
    """Decode a model of data that is copied.

    Raises:
        MismatchError: It does not fit, or holds the mask of a secret.
    """
    return cast("R", decoder_by_hook(cls)(copied(data)))


@hidden_frames
def made_of(name: str, data: object, make: Callable[[dict[str, Any]], T]) -> T:
    """Make something of a copy of JSON data.

    Args:
        name: What it is called.
        data: What the caller gave.
        make: Makes it of an object, or says with a `MismatchError` what does not fit.

    Raises:
        InvalidArgumentError: It does not fit, or holds the mask of a secret.
    """
    if not isinstance(data, Mapping):
        write = "give its to_dict(secrets=True)" if hasattr(type(data), "to_dict") else None
        raise wrong_kind(data, f"what {name} is made of", "a dict", write)
    try:
        return make(copied(cast("Mapping[object, object]", data)))
    except MismatchError as misfit:
        problem = InvalidArgumentError(misfit.of(name))
        problem.__cause__ = misfit.cause
    except RecursionError:
        problem = InvalidArgumentError(f"{name}: the data is nested too deeply")
    raise problem


def member(data: dict[str, Any], key: str, kind: Any) -> Any:
    """Decode what an object has under a key.

    Raises:
        MismatchError: It does not fit.
    """
    try:
        return decoder_by_hook(kind)(data.get(key))
    except MismatchError as misfit:
        misfit.path.insert(0, key)
        raise


@hidden_frames
def data_of_text(name: str, text: object) -> dict[str, Any]:
    """Read the JSON object that something of this name is made of.

    Raises:
        InvalidArgumentError: It is not JSON, or no object.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise wrong_kind(text, f"what {name} is made of", "a str or bytes")
    try:
        data = json.loads(text, None)
    except ValueError as error:
        problem = InvalidArgumentError(f"{name}: no valid JSON: {json.stop_of(error)}")
    else:
        if is_object(data):
            return data
        problem = wrong_kind(data, f"the JSON that {name} is made of", "an object")
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
        # Names of apps and members of enums are texts, too; decoders are strict.
        return str.__str__(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        if not all(isinstance(key, str) for key in members):
            raise MismatchError("an object whose keys are strings", "one with others")
        return {copied(key): _copied_at(cast("str", key), each) for key, each in members.items()}
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
