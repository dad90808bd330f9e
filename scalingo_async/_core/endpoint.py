"""Endpoint of an operation: verb, path, credential, body, response, and its method."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from scalingo_async._core.answer_text import media_type, start_of_no_json
from scalingo_async._core.decoding import converters, decoder, json
from scalingo_async._core.decoding.mismatch import MismatchError, mismatch
from scalingo_async._core.decoding.primitives import Decoder
from scalingo_async._core.operation import Auth, OperationFacts
from scalingo_async._core.paths import PathTemplate
from scalingo_async.errors import APIError, ResponseDecodeError, ResponseTooLargeError
from scalingo_async.request import Response

T = TypeVar("T")
Method = TypeVar("Method", bound="Callable[..., Any]")

if TYPE_CHECKING:
    from typing import TypeAlias

    Given: TypeAlias = type[T] | Callable[[], type[T]]

_OF_MODELS: Final = frozenset({"model", "list"})
_PERFORMED: Final[dict[object, Endpoint[Any]]] = {}


def _decoder(endpoint: Endpoint[Any]) -> Decoder:
    if endpoint.kind == "secret":
        return decoder.secret
    if endpoint.kind not in _OF_MODELS:
        return decoder.decoder_of(Any)

    def kind() -> Any:
        item: Any = endpoint.model
        return list.__class_getitem__(item) if endpoint.kind == "list" else item

    return converters.later(kind)


class Endpoint(OperationFacts, Generic[T]):
    """One operation of the API; its declaration is the only place that knows its facts.

    It has no more fields than those, so it is not worth a class of attrs of its own.

    Attributes:
        template: The path, ready to be filled in.
    """

    __slots__ = ("_decoder", "template")

    _decoder: Decoder
    template: PathTemplate

    def _prepare(self) -> None:
        # They are frozen.
        object.__setattr__(self, "template", PathTemplate(self.path))
        object.__setattr__(self, "_decoder", _decoder(self))

    def decode(self, response: Response) -> T:
        """Turn the response into the result of the method.

        Raises:
            ResponseDecodeError: The response has an unexpected shape.
            ResponseTooLargeError: Its JSON has too many values.
        """
        problem: APIError
        try:
            return self._read(response)  # type: ignore[no-any-return]
        except MismatchError as misfit:
            problem = decode_error(
                response,
                f"unexpected answer to {self.id}: {misfit.where()} should be "
                f"{misfit.expected}, but is {misfit.found}",
                misfit.where(),
            )
        except (ValueError, RecursionError) as error:
            problem = self._no_json(response, error)
        except ResponseTooLargeError as error:
            message = f"the answer to {self.id} can't be read: {error.message}"
            problem = ResponseTooLargeError(message, **origin_of(response))
        # Raised here, where no local variable holds the answer.
        raise problem

    def _no_json(self, response: Response, error: Exception) -> ResponseDecodeError:
        """Make the error for an answer that is not JSON, or is broken."""
        start: str | None = None
        # A server that got a password may repeat it.
        if self.auth is not Auth.BASIC:
            kind = media_type(response.headers.get("content-type"))
            start = start_of_no_json(response.content, kind)
        message = f"the answer to {self.id} is not valid JSON: {json.stop_of(error)}"
        return decode_error(response, message, "$", start)

    def _read(self, response: Response) -> Any:
        if self.kind == "empty":
            return None
        if self.kind == "text":
            return response.text
        if self.kind == "bytes":
            return response.content
        return self.unwrap(self.load(response))

    def load(self, response: Response) -> Any:
        """Parse the answer and put it into the declared shape.

        Raises:
            ValueError: It is not JSON.
            ResponseTooLargeError: It has too many values.
        """
        request = response.request
        most = json.MAX_JSON_VALUES if request is None else request.options.max_json_values
        data = json.loads(response.content, most)
        return data if self.reshape is None else self.reshape(data)

    def unwrap(self, data: Any) -> Any:
        """Take the answer out of its root and decode it.

        Raises:
            MismatchError: It has another shape.
        """
        root = self.root
        if root is None:
            return self._decoder(data)
        if data.__class__ is not dict:
            raise mismatch("an object", data)
        if self.kind == "list" and root not in data:
            # `null` would be an empty list.
            problem = MismatchError("an array", "nothing")
            problem.path = [root]
            raise problem
        inner: Any = data.get(root)
        if self.siblings and inner.__class__ is dict:
            beside = {field: data[key] for key, field in self.siblings if data.get(key) is not None}
            inner = {**inner, **beside}
        try:
            return self._decoder(inner)
        except MismatchError as problem:
            problem.path.insert(0, root)
            raise


def decode_error(
    response: Response, message: str, path: str, start: str | None = None
) -> ResponseDecodeError:
    """Make the error for an unreadable response; it describes the content without showing it.

    Args:
        response: The answer.
        message: What is wrong with it.
        path: Where.
        start: How it begins, if that may be shown.
    """
    kind = media_type(response.headers.get("content-type"))
    message = f"{message} ({kind}, {len(response.content)} bytes)"
    if start is not None:
        message = f"{message}; it begins with: {start}"
    return ResponseDecodeError(message, path=path, body=start, **origin_of(response))


def origin_of(response: Response) -> dict[str, Any]:
    """Return what an error says of the call that an answer belongs to."""
    request = response.request
    return {
        "status_code": response.status_code,
        "request_id": response.request_id,
        "method": request.method if request else None,
        "url": request.safe_url if request else None,
        "retries_taken": request.state.retries_taken if request else 0,
    }


def model(id_: str, method: str, path: str, kind: Given[T], **facts: Any) -> Endpoint[T]:
    """Declare an operation that answers with one object: of a model, or of what a function returns.

    The function is for a model that is loaded when the operation is first performed.
    """
    return Endpoint(id_, method, path, "model", model=kind, **facts)


def items(id_: str, method: str, path: str, kind: Given[T], **facts: Any) -> Endpoint[list[T]]:
    """Declare an operation that answers with a list."""
    return Endpoint(id_, method, path, "list", model=kind, **facts)


def nothing(id_: str, method: str, path: str, **facts: Any) -> Endpoint[None]:
    """Declare an operation whose answer has no content."""
    return Endpoint(id_, method, path, "empty", **facts)


def text(id_: str, method: str, path: str, **facts: Any) -> Endpoint[str]:
    """Declare an operation that answers with text."""
    return Endpoint(id_, method, path, "text", **facts)


def performs(endpoint: Endpoint[Any]) -> Callable[[Method], Method]:
    """Bind the method of a resource to the operation that it performs.

    Args:
        endpoint: The operation. Its id is the path of the method on the client.

    Returns:
        A decorator that returns the method as it is.
    """

    def bind(method: Method) -> Method:
        _PERFORMED[method] = endpoint
        return method

    return bind


def performed_as(method: Method, other: Method) -> Method:
    """Bind a function that takes the place of a method to the operation of that, if it has one."""
    endpoint = _PERFORMED.pop(method, None)
    if endpoint is not None:
        _PERFORMED[other] = endpoint
    return other


def endpoint_of(method: object) -> Endpoint[Any] | None:
    """Return the operation behind a bound method such as `client.apps.restart`.

    The binding is to the function itself: whatever wraps it does something else besides, and what
    `functools.wraps` copies does not take the binding along.

    Args:
        method: Anything that can be called.

    Returns:
        The operation; `None` when it is no bound method of a resource, or one that makes several
        calls of its own choice, such as `client.variables.set`.
    """
    if not isinstance(method, MethodType) or not isinstance(method.__func__, FunctionType):
        return None
    return _PERFORMED.get(method.__func__)
