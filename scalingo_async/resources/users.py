"""The account's user."""

from __future__ import annotations

from typing import Final, Unpack

from scalingo_async._core.endpoint import Endpoint, items, model, nothing, performs
from scalingo_async._core.operation import API, Auth
from scalingo_async._core.secrets import conceals
from scalingo_async.models.users import User
from scalingo_async.pagination import Paginator
from scalingo_async.resources.base import Resource
from scalingo_async.types import UNSET, RequestOptions, Secret, Unset

__all__ = ["Users"]

SELF: Final[Endpoint[User]] = model(
    "users.self", "GET", "/users/self", User, root="user", api=API.AUTH
)
UPDATE: Final[Endpoint[User]] = model(
    "users.update", "PUT", "/users/account", User, root="user", api=API.AUTH, wrap="user"
)
UPDATE_PROFILE: Final[Endpoint[User]] = model(
    "users.update_profile",
    "PATCH",
    "/account/profile",
    User,
    root="user",
    api=API.AUTH,
    wrap="user",
)
UPDATE_BY_ID: Final[Endpoint[User]] = model(
    "users.update_by_id", "PATCH", "/users/{user_id}", User, root="user", wrap="user"
)
STOP_FREE_TRIAL: Final[Endpoint[None]] = nothing(
    "users.stop_free_trial", "POST", "/users/stop_free_trial", api=API.AUTH
)
REQUEST_DELETION: Final[Endpoint[None]] = nothing(
    "users.request_deletion", "POST", "/users/delete", api=API.AUTH
)
CONFIRM_DELETION: Final[Endpoint[None]] = nothing(
    "users.confirm_deletion",
    "POST",
    "/users/delete/{deletion_id}/confirm",
    api=API.AUTH,
    wrap="deletion",
)
DELETE: Final[Endpoint[None]] = nothing("users.delete", "DELETE", "/users")
ROLES: Final[Endpoint[list[str]]] = items(
    "users.roles", "GET", "/users/roles", str, root="roles", api=API.AUTH
)
SIGN_UP: Final[Endpoint[None]] = nothing(
    "users.sign_up", "POST", "/users", auth=Auth.NONE, wrap="user"
)


class Users(Resource):
    """The account's user."""

    __slots__ = ()

    @performs(SELF)
    async def self(self, **options: Unpack[RequestOptions]) -> User:
        """Get the user behind the account.

        Source: API documentation, “Get Current User Account”:
        https://developers.scalingo.com/user#get-current-user-account

        Args:
            **options: Options of the call.

        Returns:
            The user.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(SELF, (), options=options)

    @performs(UPDATE)
    @conceals("password", "password_confirmation", "current_password")
    async def update(
        self,
        *,
        email: str | Unset | None = UNSET,
        username: str | Unset | None = UNSET,
        company: str | Unset | None = UNSET,
        location: str | Unset | None = UNSET,
        fullname: str | Unset | None = UNSET,
        tos_accepted: bool | Unset | None = UNSET,
        email_newsletter: bool | Unset | None = UNSET,
        password: str | Secret | Unset | None = UNSET,
        password_confirmation: str | Secret | Unset | None = UNSET,
        current_password: str | Secret | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the user behind the account.

        Omitted fields don't change.

        Source: not documented; known to the official JavaScript and Ruby clients.

        Args:
            email: New e-mail address; apparently it must be confirmed: see
                `User.unconfirmed_email`.
            username: New user name.
            company: Company.
            location: Location.
            fullname: First and last name.
            tos_accepted: Accept the terms of service.
            email_newsletter: Subscribe to the newsletter.
            password: New password.
            password_confirmation: New password again.
            current_password: Current password.
            **options: Options of the call.

        Returns:
            The user.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: The user name is taken (`code` is `name_taken`), or another value
                is invalid.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE,
            (),
            body={
                "email": email,
                "username": username,
                "company": company,
                "location": location,
                "fullname": fullname,
                "tos_accepted": tos_accepted,
                "email_newsletter": email_newsletter,
                "password": password,
                "password_confirmation": password_confirmation,
                "current_password": current_password,
            },
            options=options,
        )

    @performs(UPDATE_PROFILE)
    @conceals("password")
    async def update_profile(
        self,
        *,
        email: str | Unset | None = UNSET,
        password: str | Secret | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the e-mail address or the password of the user.

        Use `users.update` instead: no official tool uses this any more.

        Source: not documented; known to the official Go client.

        Args:
            email: New e-mail address.
            password: New password.
            **options: Options of the call.

        Returns:
            The user.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE_PROFILE, (), body={"email": email, "password": password}, options=options
        )

    @performs(UPDATE_BY_ID)
    async def update_by_id(
        self,
        user_id: str,
        *,
        email: str | Unset | None = UNSET,
        username: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> User:
        """Change the e-mail address or the name of a user.

        Use `users.update` instead: no official client uses this, although it is documented.

        Source: API documentation, “Update User Account”:
        https://developers.scalingo.com/user#update-user-account

        Args:
            user_id: Id of the user (`us-…`).
            email: New e-mail address.
            username: New user name.
            **options: Options of the call.

        Returns:
            The user.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such user.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return await self._session.call(
            UPDATE_BY_ID, (user_id,), body={"email": email, "username": username}, options=options
        )

    @performs(STOP_FREE_TRIAL)
    async def stop_free_trial(self, **options: Unpack[RequestOptions]) -> None:
        """End the free trial: the account is billed from now on.

        Source: not documented; known to the official Go, JavaScript, Ruby and command line clients.

        Args:
            **options: Options of the call.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(STOP_FREE_TRIAL, (), options=options)

    @performs(REQUEST_DELETION)
    async def request_deletion(self, **options: Unpack[RequestOptions]) -> None:
        """Request the deletion of the account; a confirmation e-mail follows.

        The account must not own any project or resource.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(REQUEST_DELETION, (), options=options)

    @performs(CONFIRM_DELETION)
    @conceals("token")
    async def confirm_deletion(
        self,
        deletion_id: str,
        *,
        token: str | Secret,
        reason: str | Unset | None = UNSET,
        details: str | Unset | None = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """Confirm the deletion of the account.

        Source: not documented; known to the official JavaScript client.

        Args:
            deletion_id: Id of the deletion, from the e-mail.
            token: Token from the e-mail.
            reason: Reason.
            details: Free text.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            NotFoundError: There is no such request for deletion.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(
            CONFIRM_DELETION,
            (deletion_id,),
            body={"token": Secret(token), "reason": reason, "details": details},
            options=options,
        )

    @performs(DELETE)
    async def delete(self, **options: Unpack[RequestOptions]) -> None:
        """Delete the account and all apps that it owns, immediately.

        There is no confirmation. The dashboard uses `users.request_deletion`.

        Source: API documentation, “Delete User Account”:
        https://developers.scalingo.com/user#delete-user-account

        Args:
            **options: Options of the call.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(DELETE, (), options=options)

    @performs(ROLES)
    def roles(self, **options: Unpack[RequestOptions]) -> Paginator[str]:
        """List the roles that a user can choose at sign-up.

        Source: not documented; known to the official JavaScript client.

        Args:
            **options: Options of the call.

        Returns:
            The list: await it for the first page, or iterate over it for all items.

        Raises:
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        return self._list(ROLES, (), options=options)

    @performs(SIGN_UP)
    @conceals("password")
    async def sign_up(
        self, *, email: str, password: str | Secret, **options: Unpack[RequestOptions]
    ) -> None:
        """Create an account.

        No official tool uses this any more: users sign up on the web.

        Source: not documented; known to the official Go client.

        Args:
            email: E-mail address.
            password: Password.
            **options: Options of the call.

        Raises:
            InvalidArgumentError: An argument is invalid; nothing was sent.
            ValidationFailedError: A value is invalid; `errors` has the messages for each field.
            ScalingoError: What every call can raise: see `scalingo_async.errors`.
        """
        await self._session.call(
            SIGN_UP, (), body={"email": email, "password": Secret(password)}, options=options
        )
