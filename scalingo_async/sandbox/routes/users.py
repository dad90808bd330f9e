"""`users.*`."""

from starlette.responses import Response

from scalingo_async.sandbox.behaviour.call import Call, json_response
from scalingo_async.sandbox.behaviour.validation import check_email
from scalingo_async.sandbox.clock import iso
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.routes.referrals import referral_url
from scalingo_async.sandbox.server.routing import Routes
from scalingo_async.sandbox.world.accounts import Deletion, User

__all__ = ["regional_routes", "routes", "user_view"]

routes = Routes("auth")
regional_routes = Routes()

_ROLES = ("developer", "devops", "tech-lead", "product-manager", "student", "other")
_TEXTS = ("company", "location")
_SWITCHES = ("tos_accepted", "email_newsletter")


def user_view(user: User) -> Json:
    """Show an account to its owner."""
    account = user.account
    return {
        "id": user.id,
        "uuid": user.id,
        "email": user.email,
        "username": user.username,
        "fullname": user.fullname,
        "company": account.company,
        "location": account.location,
        "created_at": iso(user.created_at),
        "free_trial_started_at": iso(user.created_at),
        "free_trial_end_time": iso(account.trial_ended_at or user.created_at + 30 * 86_400),
        "suspended_at": None,
        "suspension_reason": None,
        "tos_accepted": account.tos_accepted,
        "email_newsletter": account.email_newsletter,
        "profile_valid": True,
        "confirmed": True,
        "unconfirmed_email": account.unconfirmed_email,
        "referral_url": referral_url(user),
        "referral_clicks": 0,
        "flags": {},
        "limits": {"free_trial_apps": "10"},
        "github": None,
    }


@routes("users.self", "GET", "/users/self")
def self_(call: Call) -> Response:
    """Show the account of the bearer token."""
    return json_response({"user": user_view(call.user)})


@routes("users.update", "PUT", "/users/account")
def update(call: Call) -> Response:
    """Change the fields that were sent; a new e-mail address stays unconfirmed."""
    fields = call.rooted("user")
    user = call.user
    email = _email(call, fields)
    username = _username(call, fields)
    password = _password(user, fields)
    for name in _SWITCHES:
        if name in fields and not isinstance(fields[name], bool):
            raise Refusal.invalid(**{name: ["should be a boolean"]})
    for name in (*_TEXTS, "fullname"):
        if fields.get(name) is not None and not isinstance(fields[name], str):
            raise Refusal.invalid(**{name: ["should be a string"]})
    if email not in {None, user.email}:
        user.account.unconfirmed_email = email
    user.username = username or user.username
    user.password = password or user.password
    user.fullname = fields.get("fullname") or user.fullname
    for name in (*_TEXTS, *_SWITCHES):
        if name in fields:
            setattr(user.account, name, fields[name])
    return json_response({"user": user_view(user)})


@routes("users.update_profile", "PATCH", "/account/profile")
def update_profile(call: Call) -> Response:
    """Change the e-mail address (after confirmation) or the password, as the Go client does."""
    fields = call.rooted("user")
    user = call.user
    email = _email(call, fields)
    user.password = _password(user, fields) or user.password
    if email not in {None, user.email}:
        user.account.unconfirmed_email = email
    return json_response({"user": user_view(user)})


@regional_routes("users.update_by_id", "PATCH", "/users/{user_id}", also=["PUT"])
def update_by_id(call: Call) -> Response:
    """Change the e-mail address or user name at once, as documented."""
    user = call.user
    if call.params["user_id"] != user.id:
        raise Refusal.not_found("user")
    fields = call.rooted("user")
    email, username = _email(call, fields), _username(call, fields)
    user.email = email or user.email
    user.username = username or user.username
    return json_response({"user": user_view(user)})


@routes("users.stop_free_trial", "POST", "/users/stop_free_trial")
def stop_free_trial(call: Call) -> Response:
    """End the free trial and its restrictions."""
    account = call.user.account
    account.trial_ended_at = account.trial_ended_at or call.now
    return json_response({"message": "ok"})


@routes("users.request_deletion", "POST", "/users/delete")
def request_deletion(call: Call) -> Response:
    """Send the e-mail for deleting the account, if nothing depends on the account."""
    user = call.user
    for region in call.world.regions.values():
        owned = [app for app in region.apps.values() if app.owner is user]
        projects = [row for row in region.projects.values() if row.owner is user]
        if owned or any(not row.default for row in projects):
            raise Refusal(409, {"error": "The account still owns apps or projects"})
    ids = call.world.ids
    user.account.deletion = Deletion(ids.uuid(), ids.hex(40))
    return Response(status_code=200)


@routes("users.confirm_deletion", "POST", "/users/delete/{deletion_id}/confirm")
def confirm_deletion(call: Call) -> Response:
    """Delete the account with the data from the e-mail, which is in `user.account.deletion`."""
    fields = call.rooted("deletion")
    deletion = call.user.account.deletion
    if deletion is None or deletion.id != call.params["deletion_id"]:
        raise Refusal.not_found("deletion")
    if fields.get("token") != deletion.token:
        raise Refusal.invalid(token=["is invalid"])
    call.world.remove_user(call.user)
    return Response(status_code=200)


@regional_routes("users.delete", "DELETE", "/users")
def delete(call: Call) -> Response:
    """Delete the account with everything that it owns, without confirmation."""
    call.world.remove_user(call.user)
    return Response(status_code=204)


@routes("users.roles", "GET", "/users/roles")
def roles(call: Call) -> Response:
    """List the roles that a new user can choose."""
    _ = call
    return json_response({"roles": _ROLES})


@regional_routes("users.sign_up", "POST", "/users", auth="none")
def sign_up(call: Call) -> Response:
    """Create an account; it can log in with its password at once."""
    if call.world.settings.real_commands:
        # Otherwise every user of this machine could sign up and run commands as the sandbox's user.
        raise Refusal(403, {"error": "a sandbox that runs commands lets nobody sign up"})
    fields = call.rooted("user")
    email = _email(call, fields)
    password = fields.get("password")
    if email is None:
        raise Refusal.invalid(email=["can't be blank"])
    if not isinstance(password, str) or not password:
        raise Refusal.invalid(password=["can't be blank"])
    name = email.partition("@")[0]
    taken = {user.username for user in call.world.users.values()}
    number = 2
    username = name
    while username in taken:
        username, number = f"{name}-{number}", number + 1
    user = call.world.add_user(email, username=username, password=password)
    call.region.record("new_user", {}, user=user)
    return Response(status_code=201)


def _email(call: Call, fields: Json) -> str | None:
    """Return the new e-mail address, if it was sent and isn't taken."""
    if fields.get("email") is None:
        return None
    email = check_email(fields["email"])
    _check_free(call, "email", email)
    return email


def _username(call: Call, fields: Json) -> str | None:
    name = fields.get("username")
    if name is None:
        return None
    if not isinstance(name, str) or not name.strip():
        raise Refusal.invalid(username=["can't be blank"])
    _check_free(call, "username", name)
    return name


def _check_free(call: Call, field: str, value: str) -> None:
    me = None if call.principal is None else call.user
    if any(getattr(row, field) == value and row is not me for row in call.world.users.values()):
        raise Refusal.invalid(**{field: ["has already been taken"]})


def _password(user: User, fields: Json) -> str | None:
    """Return the new password; its confirmation must match."""
    password = fields.get("password")
    if password is None:
        return None
    if not isinstance(password, str) or not password:
        raise Refusal.invalid(password=["can't be blank"])
    if fields.get("password_confirmation") not in (None, password):
        raise Refusal.invalid(password_confirmation=["doesn't match Password"])
    if fields.get("current_password") not in (None, user.password):
        raise Refusal.invalid(current_password=["is invalid"])
    return password
