"""Models in pydantic: how they are validated, serialized and described.

pydantic asks a class for its schema, so this module is loaded, and pydantic with it, when somebody
makes a type adapter, a pydantic model or a path operation of FastAPI out of one of ours. Data is
decoded and written as ever. The schemas of fields say what a JSON schema is to say, and no more.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, cast

from pydantic import PydanticSchemaGenerationError, TypeAdapter
from pydantic_core import (
    InitErrorDetails,
    PydanticCustomError,
    PydanticSerializationUnexpectedValue,
    ValidationError,
    core_schema,
)

from scalingo_async._core.decoding.converters import encoded
from scalingo_async._core.decoding.decoder import resolved_fields
from scalingo_async._core.decoding.given import decoded
from scalingo_async._core.decoding.masking import mask_unknown, sounds_secret
from scalingo_async._core.decoding.mismatch import MismatchError
from scalingo_async._core.decoding.plans import is_union, split_optional
from scalingo_async._core.decoding.record import (
    Record,
    fields_of,
    is_model,
    is_secret,
    key_of,
    unit_of,
)
from scalingo_async._core.secrets import hidden_frames

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

Part: TypeAlias = "tuple[str, str, Any, bool]"
"""Of what is described: a name in Python, its key in JSON, its type, whether it is always there."""

_F = TypeVar("_F", bound=Callable[..., Any])

_PRIMITIVES: Final[dict[Any, Callable[[], Any]]] = {
    Any: core_schema.any_schema,
    str: core_schema.str_schema,
    int: core_schema.int_schema,
    bool: core_schema.bool_schema,
    float: core_schema.float_schema,
    datetime: core_schema.datetime_schema,
    date: core_schema.date_schema,
    # They are numbers in JSON.
    timedelta: core_schema.int_schema,
    type(None): core_schema.none_schema,
}

_KNOWN: Final = {
    "a string": "string_type",
    "an integer": "int_type",
    "a boolean": "bool_type",
    "a number": "float_type",
    "an array": "list_type",
    "an object": "dict_type",
}
"""What pydantic calls the errors of which it has some of its own."""

_UNDER_WAY: Final[ContextVar[frozenset[type]]] = ContextVar("_UNDER_WAY", default=frozenset())
"""The classes whose schemas are being made: one that is in itself is referred to."""


_SERIALIZERS: Final[dict[type, Any]] = {}


def serializer_of(cls: type) -> Any:
    """Return what pydantic writes an instance with where it knows no more than `Any`."""
    if cls not in _SERIALIZERS:
        _SERIALIZERS[cls] = TypeAdapter(cls).serializer
    return _SERIALIZERS[cls]


# -- models ----------------------------------------------------------------------------------------


def model_schema(cls: type[Record], handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return how pydantic is to validate and write a model."""
    if cls in _UNDER_WAY.get():
        return core_schema.definition_reference_schema(_ref(cls))
    with _making(cls):
        fields = _fields(_parts_of(cls), handler)
    return core_schema.no_info_wrap_validator_function(
        _validator_of(cls),
        core_schema.typed_dict_schema(fields),
        ref=_ref(cls),
        serialization=_writing(_writer_of(cls), info_arg=True),
    )


def _validator_of(cls: type[Record]) -> core_schema.NoInfoWrapValidatorFunction:
    @_named(cls)
    @hidden_frames
    def validate(value: Any, _: object) -> Record:
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            raise _not_one(cls, value)
        try:
            made: Any = decoded(cls, cast("Mapping[object, object]", value))
            return made._at_home()  # type: ignore[no-any-return]  # noqa: SLF001
        except MismatchError as misfit:
            problem = _at(misfit, cls, value)
        except RecursionError:
            deep = PydanticCustomError("scalingo_depth", "Input is nested too deeply")
            problem = _refusal(cls, deep, (), "an object")
        raise problem

    return validate


def _writer_of(cls: type[Record]) -> Callable[..., Any]:
    keys = {key_of(field) for field in fields_of(cls)}

    def write(
        value: Any,
        inner: core_schema.SerializerFunctionWrapHandler,
        info: core_schema.SerializationInfo,
    ) -> Any:
        if not isinstance(value, cls):
            # One of a union's other arms, perhaps.
            raise _another(cls)
        data = encoded(value, secrets=False)
        if info.exclude_none:
            _leave_out_nulls(value, data)
        # Of a class derived from this one only what this one has is shown, as pydantic does it.
        # What has no fields stands for all of its kind.
        if type(value) is not cls and keys:
            data = {key: part for key, part in data.items() if key in keys}
        return inner(data)

    return write


def described_model(
    cls: type[Record], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    """Return the JSON schema of a model, with what its docstring says."""
    out = handler(schema)
    properties = _described(cls, handler.resolve_ref_schema(out), _parts_of(cls))
    for field in resolved_fields(cls):
        told = properties[key_of(field)]
        if words := _words_of(field.type):
            told["examples"] = words
        if field.metadata.get("absent") is not None:
            told["default"] = field.metadata["absent"]
        kind = split_optional(field.type)[0]
        if kind is timedelta:
            told["description"] = f"{told.get('description', '')} In {unit_of(field)}.".lstrip()
        if is_secret(field) and kind is str:
            for arm in (told, *told.get("anyOf", ())):
                if arm.get("type") == "string":
                    arm["format"] = "password"
    return out


def _parts_of(cls: type[Record]) -> list[Part]:
    return [
        (field.name, key_of(field), field.type, _is_needed(field)) for field in resolved_fields(cls)
    ]


def _is_needed(field: Any) -> bool:
    kind, nullable = split_optional(field.type)
    return not nullable and kind is not Any and field.metadata.get("absent") is None


def _words_of(kind: Any) -> list[Any]:
    """Return the words of an open enumeration."""
    arms = typing.get_args(kind) if is_union(kind) else ()
    return [
        word
        for arm in arms
        if typing.get_origin(arm) is Literal and str in arms
        for word in typing.get_args(arm)
    ]


def _leave_out_nulls(value: object, data: Any) -> None:
    """Leave out keys of models that are `null`; those of other data say what they say."""
    if isinstance(value, Record):
        for field in fields_of(type(value)):
            key, part = key_of(field), getattr(value, field.name)
            if part is not None:
                _leave_out_nulls(part, data.get(key))
            else:
                data.pop(key, None)
    elif isinstance(value, list):
        for part, told in zip(cast("list[object]", value), data, strict=True):
            _leave_out_nulls(part, told)
    elif isinstance(value, dict):
        for key, part in cast("dict[str, object]", value).items():
            _leave_out_nulls(part, data[key])


# -- what is no model ------------------------------------------------------------------------------


def result_schema(cls: type[Any], source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return how pydantic is to take and write what methods return and is no model."""

    @_named(cls)
    def validate(value: Any, _: object) -> Any:
        if isinstance(value, cls):
            return value
        raise PydanticCustomError(
            "scalingo_result",
            "Input should be a {name} that the client returned",
            {"name": cls.__name__},
        )

    def write(value: Any, inner: core_schema.SerializerFunctionWrapHandler) -> Any:
        if not isinstance(value, cls):
            raise _another(cls)
        return inner(value.to_dict())

    with _making(cls):
        fields = _fields(_parts_of_result(cls, source), handler)
    return core_schema.no_info_wrap_validator_function(
        validate,
        core_schema.typed_dict_schema(fields),
        ref=_ref(cls, typing.get_args(source)),
        serialization=_writing(write),
    )


def described_result(
    cls: type[Any], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    """Return the JSON schema of what is no model, with what its docstring says."""
    out = handler(schema)
    _described(cls, handler.resolve_ref_schema(out), _parts_of_result(cls, cls))
    return out


def page_schema(
    cls: type[Any], source: Any, make: Callable[..., Any], handler: GetCoreSchemaHandler
) -> CoreSchema:
    """Return how pydantic is to validate and write a page: its items by their own schema.

    Args:
        cls: The class of pages.
        source: The same, with the type of its items if there is one.
        make: Makes a page: of a page, or `None`, and the values of its attributes.
        handler: That of pydantic.
    """
    parts = _parts_of_result(cls, source)
    names = [name for name, *_ in parts]

    @_named(cls)
    def validate(value: Any, inner: core_schema.ValidatorFunctionWrapHandler) -> Any:
        page = value if isinstance(value, cls) else None
        if page is None and not isinstance(value, Mapping):
            raise _not_one(cls, value)
        return make(page, inner(value if page is None else _attributes(page, names)))

    def write(value: Any, inner: core_schema.SerializerFunctionWrapHandler) -> Any:
        if not isinstance(value, cls):
            raise _another(cls)
        return inner(_attributes(value, names))

    shape = core_schema.typed_dict_schema(_fields(parts, handler))
    return core_schema.no_info_wrap_validator_function(
        validate,
        shape,
        ref=_ref(cls, typing.get_args(source)),
        serialization=_writing(write, shape),
    )


def _attributes(value: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _parts_of_result(cls: type[Any], source: Any) -> list[Part]:
    """Return what is written of a result, the types of which its parameters are put in."""
    given = dict(zip(getattr(cls, "__parameters__", ()), typing.get_args(source), strict=False))
    parts: list[Part] = []
    for name in cls._written_names():
        hint = _filled(_hint_of(cls, name), given)
        parts.append((name, name, hint, not split_optional(hint)[1]))
    return parts


def _hint_of(cls: type[Any], name: str) -> Any:
    attribute = getattr(cls, name, None)
    if isinstance(attribute, property) and attribute.fget is not None:
        return typing.get_type_hints(attribute.fget).get("return", Any)
    return typing.get_type_hints(cls).get(name, Any)


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    """Put types in the place of type variables; of those that nobody has named, anything."""
    if isinstance(hint, TypeVar):
        return given.get(hint, Any)
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(given.get(each, Any) for each in parameters)] if parameters else hint


# -- parts of both ---------------------------------------------------------------------------------


def _writing(
    write: Callable[..., Any], shape: CoreSchema | None = None, *, info_arg: bool = False
) -> core_schema.WrapSerializerFunctionSerSchema:
    """Return how something is written by a function, and by pydantic what that returns.

    It is pydantic that knows what `include` and `exclude` mean.
    """
    data = core_schema.dict_schema() if shape is None else shape
    return core_schema.wrap_serializer_function_ser_schema(write, info_arg=info_arg, schema=data)


@contextmanager
def _making(cls: type) -> Generator[None]:
    token = _UNDER_WAY.set(_UNDER_WAY.get() | {cls})
    try:
        yield
    finally:
        _UNDER_WAY.reset(token)


def _named(cls: type) -> Callable[[_F], _F]:
    """Give a function the name of a class: pydantic's errors show it."""

    def named(function: _F) -> _F:
        function.__name__ = function.__qualname__ = cls.__name__
        return function

    return named


def _ref(cls: type, args: Sequence[Any] = ()) -> str:
    """Return what a class is known by, in pydantic's own form."""
    ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"
    return f"{ref}[{','.join(map(_ref_of, args))}]" if args else ref


def _ref_of(kind: Any) -> str:
    if isinstance(kind, type):
        return _ref(kind)
    return f"{re.sub('[^0-9A-Za-z]+', '_', str(kind))}:{id(kind)}"


def _fields(
    parts: Sequence[Part], handler: GetCoreSchemaHandler
) -> dict[str, core_schema.TypedDictField]:
    return {
        key: core_schema.typed_dict_field(_schema_of(kind, handler), required=needed)
        for _, key, kind, needed in parts
    }


def _schema_of(kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the schema of a type of a field."""
    if kind in _PRIMITIVES:
        return cast("CoreSchema", _PRIMITIVES[kind]())
    if is_union(kind):
        return _schema_of_union(typing.get_args(kind), handler)
    if typing.get_origin(kind) is not None:
        return _schema_of_generic(kind, handler)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        # How `to_dict` writes one.
        return core_schema.dict_schema(core_schema.str_schema())
    return _schema_of_other(kind, handler)


def _schema_of_generic(kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return core_schema.literal_schema(list(args))
    if origin is list or (origin is tuple and args[1:] == (...,)):
        return core_schema.list_schema(_schema_of(args[0], handler))
    if origin in {dict, Mapping} and args[0] is str:
        values = _schema_of(args[1], handler)
        return core_schema.dict_schema(core_schema.str_schema(), values)
    return _schema_of_other(kind, handler)


def _schema_of_other(kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    try:
        return handler.generate_schema(kind)
    except PydanticSchemaGenerationError:
        # One that a converter has a hook for, and pydantic does not know.
        return core_schema.any_schema()


def _schema_of_union(arms: tuple[Any, ...], handler: GetCoreSchemaHandler) -> CoreSchema:
    schemas: list[CoreSchema | tuple[CoreSchema, str]] = [
        _schema_of(arm, handler)
        for arm in arms
        if arm is not type(None) and not (typing.get_origin(arm) is Literal and str in arms)
    ]
    joined = core_schema.union_schema(schemas)
    return core_schema.nullable_schema(joined) if type(None) in arms else joined


def _another(cls: type) -> PydanticSerializationUnexpectedValue:
    return PydanticSerializationUnexpectedValue(f"it is no {cls.__name__}")


def _not_one(cls: type, value: object) -> ValidationError:
    text = "Input should be an object or an instance of {name}"
    problem = PydanticCustomError("scalingo_type", text, {"name": cls.__name__})
    plain = value is None or isinstance(value, str | int | float)
    return _refusal(cls, problem, (), mask_unknown(value) if plain else type(value).__name__)


def _refusal(
    cls: type, kind: str | PydanticCustomError, path: Sequence[str | int], shown: object
) -> ValidationError:
    """Return an error that shows no more of the data than is given: by itself pydantic shows it."""
    line = InitErrorDetails(type=kind, loc=tuple(path), input=shown)
    return ValidationError.from_exception_data(cls.__name__, [line])


def _at(misfit: MismatchError, cls: type[Record], data: Any) -> ValidationError:
    """Return the error for data that does not fit, with the place where."""
    kind: str | PydanticCustomError
    if misfit.found == "nothing":
        kind = "missing"
    else:
        kind = _KNOWN.get(misfit.expected) or PydanticCustomError(
            "scalingo_mismatch",
            "Input should be {expected}, but is {found}",
            {"expected": misfit.expected, "found": misfit.found},
        )
    return _refusal(cls, kind, misfit.path, _shown(misfit, cls, data))


def _shown(misfit: MismatchError, cls: type[Record], data: Any) -> Any:
    """Return what an error may show of the data: a single value that is no secret."""
    if misfit.found == "nothing" or _is_hidden(cls, misfit.path):
        return misfit.found
    for step in misfit.path:
        data = data[step]
    plain = data is None or isinstance(data, str | int | float)
    return mask_unknown(data) if plain else misfit.found


def _is_hidden(kind: Any, path: Sequence[str | int]) -> bool:
    """Tell whether a secret may be at a place in a model."""
    for step in path:
        if isinstance(step, str) and sounds_secret(step):
            return True
        field = _field_at(kind, step)
        if field is not None and (is_secret(field) or field.repr is False):
            return True
        inner = (Any, *typing.get_args(kind))[-1] if field is None else field.type
        kind = split_optional(inner)[0]
    return False


def _field_at(kind: Any, step: str | int) -> Any:
    fields = resolved_fields(kind) if is_model(kind) else ()
    return next((field for field in fields if key_of(field) == step), None)


# -- what docstrings say ---------------------------------------------------------------------------

_ENTRY: Final = re.compile(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)
_WRAPPED: Final = re.compile(r"(?<=\S)\n(?=\S)")
_SECTION: Final = re.compile(r"\n(?=\S)")


def _described(cls: type[Any], schema: JsonSchemaValue, parts: Sequence[Part]) -> dict[str, Any]:
    """Put what docstrings say into a JSON schema; returns its properties."""
    schema["title"] = cls.__name__
    # The same in answers and in requests, so that OpenAPI needs one schema for both.
    schema.pop("required", None)
    if needed := [key for _, key, _, is_needed in parts if is_needed]:
        schema["required"] = needed
    if text := _docs(cls)[0]:
        schema["description"] = text
    said: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        said |= _docs(base)[1]
    properties = cast("dict[str, Any]", schema.setdefault("properties", {}))
    for name, key, *_ in parts:
        # It would be the key again, with capitals.
        properties[key].pop("title", None)
        if name in said:
            properties[key]["description"] = said[name]
    return properties


def _docs(cls: type[Any]) -> tuple[str, dict[str, str]]:
    """Return what the docstring of a class says of it, and of its attributes."""
    doc = inspect.cleandoc(vars(cls).get("__doc__") or "")
    text, _, attributes = doc.partition("\nAttributes:\n")
    entries = _ENTRY.findall(_SECTION.split(attributes, 1)[0])
    said = {name: " ".join(words.split()) for name, words in entries}
    return _WRAPPED.sub(" ", text.strip()), said
