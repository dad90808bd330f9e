"""Users of a database."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.decoding.shapes import with_root
from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.secrets import conceals
from scalingo_async.models.databases.users import DatabaseUser
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import DATABASE_API, Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["DatabasesUsers"]

LIST: Final[Endpoint[list[DatabaseUser]]] = items(
    "databases.users.list",
    "GET",
    "/databases/{addon_id}/users",
    DatabaseUser,
    root="database-users",
    **DATABASE_API,
)
CREATE: Final[Endpoint[DatabaseUser]] = model(
    "databases.users.create",
    "POST",
    "/databases/{addon_id}/users",
    DatabaseUser,
    root="database_user",
    **DATABASE_API,
    wrap="database_user",
    reshape=with_root("database_user", "name"),
)
UPDATE: Final[Endpoint[DatabaseUser]] = model(
    "databases.users.update",
    "PATCH",
    "/databases/{addon_id}/users/{username}",
    DatabaseUser,
    root="database_user",
    **DATABASE_API,
    wrap="database_user",
    reshape=with_root("database_user", "name"),
)
RESET_PASSWORD: Final[Endpoint[DatabaseUser]] = model(
    "databases.users.reset_password",
    "POST",
    "/databases/{addon_id}/users/{username}/reset_password",
    DatabaseUser,
    root="database_user",
    **DATABASE_API,
    reshape=with_root("database_user", "name"),
)
DELETE: Final[Endpoint[None]] = nothing(
    "databases.users.delete", "DELETE", "/databases/{addon_id}/users/{username}", **DATABASE_API
)


def _name_of(user: str | DatabaseUser) -> str:
    return user.name if isinstance(user, DatabaseUser) else user


class DatabasesUsers(Resource):
    """Users of a database: of PostgreSQL, MySQL, MongoDB and InfluxDB."""

    __slots__ = ()

    @performs(LIST)
    def list(
        self, app: str, addon_id: str, **options: Unpack[RequestOptions]
    ) -> Paginator[DatabaseUser]:
        """List the users of a database.

        Source: API documentation, “List Database Users”:
        https://developers.scalingo.com/databases/users#list-database-users

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            **options: Options of the call.

        Returns:
            The list: await it for its first page, iterate over it for all.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(LIST, (addon_id,), subject=(app, addon_id), options=options)

    @performs(CREATE)
    @conceals("password", "password_confirmation")
    async def create(
        self,
        app: str,
        addon_id: str,
        *,
        name: str,
        database_id: str | Unset = UNSET,
        read_only: bool | Unset = UNSET,
        password: str | Secret | Unset = UNSET,
        password_confirmation: str | Secret | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Create a user of a database.

        The answer holds a password that the platform has made, this once.

        Source: API documentation, “Create a New User”:
        https://developers.scalingo.com/databases/users#create-a-new-user

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            name: Name: 6 to 32 lowercase letters, digits, hyphens and underscores, a letter first.
            database_id: Id of the database; the platform does without it.
            read_only: Let the user read only.
            password: Password, 24 to 64 characters; the platform makes one otherwise.
            password_confirmation: The password once more.
            **options: Options of the call.

        Returns:
            The new user.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            CREATE,
            (addon_id,),
            body={
                "database_id": database_id,
                "name": name,
                "read_only": read_only,
                "password": password,
                "password_confirmation": password_confirmation,
            },
            subject=(app, addon_id),
            options=options,
        )

    @performs(UPDATE)
    @conceals("password", "password_confirmation")
    async def update(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        *,
        password: str | Secret,
        password_confirmation: str | Secret,
        database_id: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Change the password of a database user.

        Users that are `protected` can't be changed.

        Source: API documentation, “Update a User”:
        https://developers.scalingo.com/databases/users#update-a-user

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            username: Name of the user, or the user that was listed.
            password: New password, 24 to 64 characters.
            password_confirmation: The new password once more.
            database_id: Id of the database; the platform does without it.
            **options: Options of the call.

        Returns:
            The user.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (addon_id, _name_of(username)),
            body={
                "database_id": database_id,
                "password": Secret(password),
                "password_confirmation": Secret(password_confirmation),
            },
            subject=(app, addon_id),
            options=options,
        )

    @performs(RESET_PASSWORD)
    async def reset_password(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        **options: Unpack[RequestOptions],
    ) -> DatabaseUser:
        """Let the platform make a new password for a database user.

        Source: API documentation, “Reset a user password”:
        https://developers.scalingo.com/databases/users#reset-a-user-password

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            username: Name of the user, or the user that was listed.
            **options: Options of the call.

        Returns:
            The user, with the new password.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            RESET_PASSWORD,
            (addon_id, _name_of(username)),
            subject=(app, addon_id),
            options=options,
        )

    @performs(DELETE)
    async def delete(
        self,
        app: str,
        addon_id: str,
        username: str | DatabaseUser,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Delete a user of a database.

        Users that are `protected` can't be deleted.

        Source: API documentation, “Delete a User”:
        https://developers.scalingo.com/databases/users#delete-a-user

        Args:
            app: Id or name of the app.
            addon_id: Id of the addon (`ad-…`).
            username: Name of the user, or the user that was listed.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument can't be right; nothing was sent.
            NotFoundError: There is no such app or addon.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(
            DELETE, (addon_id, _name_of(username)), subject=(app, addon_id), options=options
        )
