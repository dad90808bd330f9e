"""Environment variables of an app."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Unpack

import attrs

from scalingo_async._core.absent import present
from scalingo_async._core.annotations import checks_itself
from scalingo_async._core.arguments import as_text, mapping, shown, string, wrong_kind
from scalingo_async._core.decoding.results import Result
from scalingo_async._core.display import Shown
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.secrets import conceals, reveal
from scalingo_async.errors import InvalidArgumentError
from scalingo_async.models.variables import Variable
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource, list_of
from scalingo_async.types import RequestOptions, Secret

__all__ = ["VariableChanges", "Variables"]

MAX_NAME: Final = 64
MAX_VALUE: Final = 32_768
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII).fullmatch


def check_name(name: object) -> str:
    """Check the name of a variable.

    Raises:
        InvalidArgumentError: The platform would refuse it.
    """
    name = string(name, "the name of a variable")
    if not _NAME(name) or len(name) > MAX_NAME:
        raise InvalidArgumentError(
            f"{name[:80]!r} can't be the name of a variable: letters, digits and underscores, a "
            f"letter first, at most {MAX_NAME} characters"
        )
    return name


def check_id(value: object, name: str) -> None:
    """Refuse a name where the platform needs an id, which has no capital letters.

    Raises:
        InvalidArgumentError: It can only be a name.
    """
    if isinstance(value, str) and _NAME(value) and value != value.lower():
        raise InvalidArgumentError(
            f"{name} must be the id of a variable, and {shown(value)} is a name: "
            f"variables.set(app, {{}}, delete=[{shown(value)}]) deletes by name, and "
            "variables.set(app, {...}) sets by name"
        )


def check_value(value: str | Secret, name: str, argument: str = "") -> Secret:
    """Check the value of a variable; from here on it is hidden from tracebacks.

    Args:
        value: The value.
        name: The variable.
        argument: Prefix for error messages.

    Raises:
        InvalidArgumentError: It is not a string, or is too long for the platform.
    """
    if not isinstance(value, str | Secret):  # pyright: ignore[reportUnnecessaryIsInstance]
        number = as_text(value)
        write = f"write {number}" if number else None
        if value is None:
            write = f"to delete it use `delete=[{name!r}]` of variables.set"
        raise wrong_kind(value, f"{argument}the value of {name}", "a str", write)
    secret = Secret(value)
    if len(secret.reveal()) > MAX_VALUE:
        raise InvalidArgumentError(f"the value of {name} is longer than {MAX_VALUE} characters")
    return secret


def check_variables(variables: Mapping[str, str | Secret]) -> dict[str, Secret]:
    """Check variables by name.

    Raises:
        InvalidArgumentError: There are none, or the platform would refuse one.
    """
    for key in mapping(reveal(variables), "variables", "{'NAME': 'value'}"):
        string(key, "each key of variables")
    if not variables:
        raise InvalidArgumentError("variables is empty: there is nothing to set")
    return {
        check_name(name): check_value(value, name, "variables: ")
        for name, value in variables.items()
    }


LIST: Final[Endpoint[list[Variable]]] = items(
    "variables.list", "GET", "/apps/{app}/variables", Variable, root="variables"
)
CREATE: Final[Endpoint[Variable]] = model(
    "variables.create", "POST", "/apps/{app}/variables", Variable, root="variable", wrap="variable"
)
BULK_UPDATE: Final[Endpoint[list[Variable]]] = items(
    "variables.bulk_update", "PUT", "/apps/{app}/variables", Variable, root="variables"
)
UPDATE: Final[Endpoint[Variable]] = model(
    "variables.update",
    "PATCH",
    "/apps/{app}/variables/{variable_id}",
    Variable,
    root="variable",
    wrap="variable",
)
DELETE: Final[Endpoint[None]] = nothing(
    "variables.delete", "DELETE", "/apps/{app}/variables/{variable_id}"
)
BULK_DELETE: Final[Endpoint[None]] = nothing(
    "variables.bulk_delete", "DELETE", "/apps/{app}/variables"
)


@attrs.frozen
class VariableChanges(Shown, Result):
    """The changes made by `Variables.set`.

    Attributes:
        updated: The variables that were set.
        deleted: The names that were deleted.
    """

    updated: tuple[Variable, ...] = ()
    deleted: tuple[str, ...] = ()


class Variables(Resource):
    """Environment variables of an app."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self, app: str, *, aliases: bool | None = None, **options: Unpack[RequestOptions]
    ) -> Paginator[Variable]:
        """List the environment variables of an app.

        Values are returned as they were set; `aliases=False` replaces `$OTHER` by its value.

        Source: API documentation, “List environment variables of an app”:
        https://developers.scalingo.com/environment#list-environment-variables-of-an-app

        Args:
            app: Id or name of the app.
            aliases: Whether to return values as they were set (the default), or resolved.
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (app,), query={"aliases": aliases}, options=options)

    @performs(CREATE)
    @conceals("value")
    @checks_itself("value")
    async def create(
        self, app: str, *, name: str, value: str | Secret, **options: Unpack[RequestOptions]
    ) -> Variable:
        """Create one variable, or overwrite it, by name.

        The app uses the old variables until it is restarted or deployed.

        Source: API documentation, “Add environment variables to an app”:
        https://developers.scalingo.com/environment#add-environment-variables-to-an-app

        Args:
            app: Id or name of the app.
            name: Name: at most 64 letters, digits and underscores, a letter first.
            value: Value, at most 32,768 characters.
            **options: Options of the call.

        Returns:
            The variable.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: The name or the value is invalid; `errors` has the messages for
                each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_name(name)
        value = check_value(value, name)
        return await self._session.call(
            CREATE, (app,), body={"name": name, "value": value}, options=options
        )

    @performs(BULK_UPDATE)
    @conceals("variables")
    @checks_itself("variables")
    async def bulk_update(
        self, app: str, *, variables: Mapping[str, str | Secret], **options: Unpack[RequestOptions]
    ) -> Sequence[Variable]:
        """Create or overwrite several variables in one request; others are kept.

        The app uses the old variables until it is restarted or deployed.

        Source: API documentation, “Bulk update of the environment of an app”:
        https://developers.scalingo.com/environment#bulk-update-of-the-environment-of-an-app

        Args:
            app: Id or name of the app.
            variables: Values by name, at least one.
            **options: Options of the call.

        Returns:
            The variables that were set.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        hidden = check_variables(variables)
        return await self._session.call(
            BULK_UPDATE,
            (app,),
            body={"variables": [{"name": name, "value": value} for name, value in hidden.items()]},
            options=options,
        )

    @performs(UPDATE)
    @conceals("value")
    @checks_itself("value")
    async def update(
        self, app: str, variable_id: str, *, value: str | Secret, **options: Unpack[RequestOptions]
    ) -> Variable:
        """Change the value of a variable; its name can't change.

        Source: API documentation, “Update an environment variable”:
        https://developers.scalingo.com/environment#update-an-environment-variable

        Args:
            app: Id or name of the app.
            variable_id: Id of the variable.
            value: Value, at most 32,768 characters.
            **options: Options of the call.

        Returns:
            The variable.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or variable.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_id(variable_id, "variable_id")
        value = check_value(value, "the variable")
        return await self._session.call(
            UPDATE, (app, variable_id), body={"value": value}, options=options
        )

    @performs(DELETE)
    async def delete(self, app: str, variable_id: str, **options: Unpack[RequestOptions]) -> None:
        """Delete a variable.

        Source: API documentation, “Delete an environment variable”:
        https://developers.scalingo.com/environment#delete-an-environment-variable

        Args:
            app: Id or name of the app.
            variable_id: Id of the variable.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app or variable.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        check_id(variable_id, "variable_id")
        await self._session.call(DELETE, (app, variable_id), options=options)

    @performs(BULK_DELETE)
    async def bulk_delete(
        self, app: str, *, variable_ids: Sequence[str], **options: Unpack[RequestOptions]
    ) -> None:
        """Delete several variables in one request.

        Source: API documentation, “Bulk delete environment variables of an app”:
        https://developers.scalingo.com/environment#bulk-delete-environment-variables-of-an-app

        Args:
            app: Id or name of the app.
            variable_ids: Ids of the variables, not their names; at least one.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        ids = list_of(variable_ids)
        if not ids:
            raise InvalidArgumentError("variable_ids is empty: there is nothing to delete")
        for at, variable_id in enumerate(ids):
            check_id(variable_id, f"variable_ids[{at}]")
        await self._session.call(BULK_DELETE, (app,), body={"variable_ids": ids}, options=options)

    async def as_dict(
        self, app: str, *, aliases: bool | None = None, **options: Unpack[RequestOptions]
    ) -> dict[str, str]:
        """Fetch the environment variables of an app as a dict: one request.

        The values are plain text: be careful where you print the dict.

        Args:
            app: Id or name of the app.
            aliases: Whether to return values as they were set (the default), or resolved.
            **options: Options of the call.

        Returns:
            The values by name.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        page = await self.list(app, aliases=aliases, **options)
        return {variable.name: variable.value for variable in page}

    @conceals("variables")
    @checks_itself("variables")
    async def set(
        self,
        app: str,
        variables: Mapping[str, str | Secret],
        *,
        delete: Iterable[str] = (),
        **options: Unpack[RequestOptions],
    ) -> VariableChanges:
        """Set variables and delete others, both by name, in the fewest requests.

        Setting takes one request. Deleting takes two, since the platform needs ids; variables that
        already have their value are then skipped. The app is not restarted.

        Args:
            app: Id or name of the app.
            variables: Values by name; may be empty if `delete` is given.
            delete: Names to delete; unknown names are ignored.
            **options: Options of each request.

        Returns:
            The changes.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such app.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: A request failed. What was set before stays set.
        """
        unwanted = {check_name(name) for name in delete}
        mapping(variables, "variables", "{'NAME': 'value'}")
        wanted = check_variables(variables) if variables or not unwanted else {}
        both = sorted(unwanted & wanted.keys())
        if both:
            raise InvalidArgumentError(f"{', '.join(both)} can't be both set and deleted")
        doomed: dict[str, str] = {}
        if unwanted:
            for variable in await self.list(app, **options):
                if variable.name in unwanted:
                    answer = "the response to variables.list"
                    doomed[variable.name] = present(variable.id, answer, "$.variables[].id")
                elif wanted.get(variable.name) == Secret(variable.value):
                    del wanted[variable.name]
        updated: Sequence[Variable] = ()
        if wanted:
            updated = await self.bulk_update(app, variables=wanted, **options)
        if doomed:
            await self.bulk_delete(app, variable_ids=list_of(tuple(doomed.values())), **options)
        return VariableChanges(updated=tuple(updated), deleted=tuple(doomed))
