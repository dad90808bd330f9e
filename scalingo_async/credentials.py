"""The credentials of a client."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from scalingo_async._core.arguments import IS_MASKED, MASK, refuse_masked, wrong_kind
from scalingo_async._core.headers import fault_of
from scalingo_async._core.secrets import hidden_frames
from scalingo_async.errors import ConfigurationError
from scalingo_async.hosts import DEFAULT_REGION, Hosts
from scalingo_async.types import Secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["APIToken", "BearerToken", "Credential", "Secret", "UserPassword", "stored_login"]


@hidden_frames
def check_token(value: object, source: str) -> Secret:
    """Check a token that a caller passed.

    Args:
        value: The token.
        source: Its origin, an argument or a variable, for the message.

    Returns:
        The token.

    Raises:
        ConfigurationError: It is empty, or contains whitespace or characters that no token has.
    """
    text = value.reveal() if isinstance(value, Secret) else value
    if not isinstance(text, str):
        raise wrong_kind(text, source, "a str", error=ConfigurationError)
    if not text.strip():
        raise ConfigurationError(f"{source} is empty: it should be a token")
    if MASK in text:
        raise ConfigurationError(f"{source} {IS_MASKED}")
    if text != text.strip():
        raise ConfigurationError(f"{source} has whitespace around the token")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigurationError(f"{source} contains characters that no token has")
    return Secret(text)


@attrs.frozen(init=False)
class APIToken:
    """An API token (`tk-us-…`); the client exchanges it for bearer tokens.

    Attributes:
        token: The token.
    """

    token: Secret

    @hidden_frames
    def __init__(self, token: str | Secret) -> None:
        _set(self, token=check_token(token, "the API token"))


@attrs.frozen(init=False)
class BearerToken:
    """A bearer token that you already have; it isn't renewed when it expires.

    Attributes:
        token: The token, a JWT.
    """

    token: Secret

    @hidden_frames
    def __init__(self, token: str | Secret) -> None:
        _set(self, token=check_token(token, "the bearer token"))


@attrs.frozen(init=False)
class UserPassword:
    """A user name and password; the client logs in once, which creates an API token.

    It is better to create an API token in the dashboard or with `client.tokens.login`, and to store
    it: each program that starts with a password leaves a token behind in the account.

    Attributes:
        username: User name or e-mail address.
        password: The password.
        otp: The current one-time code, for accounts with two-factor authentication.
        token_name: The name of the new API token.
    """

    username: str
    password: Secret
    otp: Secret | None
    token_name: str

    @hidden_frames
    def __init__(
        self,
        username: str,
        password: str | Secret,
        otp: str | Secret | None = None,
        token_name: str = "scalingo_async",  # noqa: S107 - a label, not a secret
    ) -> None:
        if not isinstance(username, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise wrong_kind(username, "the user name", "a str", error=ConfigurationError)
        if not username or ":" in username:
            raise ConfigurationError("the user name is empty or contains a colon")
        refuse_masked([username, password, token_name], "UserPassword")
        secret = Secret(password)
        if not secret:
            raise ConfigurationError("the password is empty")
        try:
            basic(username, secret)
        except UnicodeEncodeError:
            raise ConfigurationError("the user name or the password is not valid text") from None
        code = None if otp is None else Secret(otp)
        fault = None if code is None else fault_of(code.reveal())
        if fault is not None:
            raise ConfigurationError(f"otp {fault}")
        _set(self, username=username, password=secret, otp=code, token_name=token_name)


def _set(credential: object, **values: object) -> None:
    """Set attributes of a frozen object."""
    for name, value in values.items():
        object.__setattr__(credential, name, value)


Credential: TypeAlias = APIToken | BearerToken | UserPassword


def fingerprint(credential: Credential) -> str:
    """Return a part of a hash that identifies an account without revealing a secret."""
    # Few programs share state, and loading OpenSSL takes time.
    import hashlib

    if isinstance(credential, UserPassword):
        # The password isn't hashed, because it could be guessed from the hash.
        text = f"user {credential.username}"
    else:
        text = f"token {credential.token.reveal()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def basic(user: str, password: Secret) -> str:
    """Return the value of a basic `Authorization` header."""
    return "Basic " + b64encode(f"{user}:{password.reveal()}".encode()).decode("ascii")


@hidden_frames
def stored_login(auth_host: str, environ: Mapping[str, str] | None = None) -> APIToken:
    """Read the stored login of the official command line tool.

    Args:
        auth_host: Host of the authentication API.
        environ: The environment; `AUTH_FILE` and `CONFIG_DIR` change the location, like in the
            tool.

    Returns:
        The API token.

    Raises:
        ConfigurationError: There is no file, or it has no login for this host.
    """
    import json

    path = _auth_file(os.environ if environ is None else environ)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigurationError(
            f"there is no stored login at {path}: run `scalingo login`, or set SCALINGO_API_TOKEN"
        ) from None
    except ValueError:
        raise ConfigurationError(f"the stored login at {path} is not readable JSON") from None
    token = _find_token(data, auth_host)
    if token is None:
        raise ConfigurationError(f"the stored login at {path} has no token for {auth_host}")
    return APIToken(check_token(token, f"the stored login at {path}"))


def _auth_file(environ: Mapping[str, str]) -> Path:
    from pathlib import Path

    if environ.get("AUTH_FILE"):
        return Path(environ["AUTH_FILE"])
    if environ.get("CONFIG_DIR"):
        return Path(environ["CONFIG_DIR"]) / "auth"
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()) / ".config" / "scalingo" / "auth"


def _find_token(data: object, auth_host: str) -> object:
    """Find the token; the file belongs to another program, so its content isn't trusted."""
    node: Any = data
    for key in ("auth_config_data", auth_host, "tokens", "token"):
        if not isinstance(node, dict):
            return None
        node = cast("dict[str, Any]", node).get(key)
    return cast("object", node)


def one_credential(
    api_token: str | Secret | None,
    bearer_token: str | Secret | None,
    credential: Credential | None,
) -> Credential:
    """Return the one credential that was passed.

    Raises:
        ConfigurationError: There is none, or more than one, or it is invalid.
    """
    given = [
        name
        for name, value in (
            ("api_token", api_token),
            ("bearer_token", bearer_token),
            ("credential", credential),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise ConfigurationError(f"pass one credential, not both {' and '.join(given)}")
    if api_token is not None:
        return APIToken(check_token(api_token, "api_token"))
    if bearer_token is not None:
        return BearerToken(check_token(bearer_token, "bearer_token"))
    if credential is not None:
        if not isinstance(credential, Credential):  # pyright: ignore[reportUnnecessaryIsInstance]
            # A string may be a secret: nothing of it is shown.
            write = "pass it as api_token=" if isinstance(credential, str | Secret) else None
            called = "an APIToken, a BearerToken or a UserPassword"
            raise wrong_kind(credential, "credential", called, write, error=ConfigurationError)
        return credential
    raise ConfigurationError(
        "there is no credential: pass api_token, or use from_env() with SCALINGO_API_TOKEN set"
    )


def environment_credential(
    token: Secret | None,
    given: Mapping[str, Any],
    environ: Mapping[str, str] | None,
    *,
    cli_login: bool,
) -> Credential:
    """Return the credential from the environment.

    Args:
        token: The API token from the environment, if there is one.
        given: The arguments of the client.
        environ: The environment.
        cli_login: Whether to use the login of the command line tool.

    Raises:
        ConfigurationError: There is none, or it is invalid.
    """
    if token is not None:
        return APIToken(check_token(token, "SCALINGO_API_TOKEN"))
    if cli_login:
        host = Hosts.build(DEFAULT_REGION, auth_url=given.get("auth_url")).auth.host
        return stored_login(host, environ)
    raise ConfigurationError(
        "SCALINGO_API_TOKEN is not set: create a token in the dashboard (Account, API tokens) "
        "and "
        "set it"
    )
