"""Error codes: the platform's refusals as words that a program can compare.

The platform explains most refusals in a sentence without a code. `KNOWN_REFUSALS` maps its
sentences to codes of this package, which stay the same if the wording changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, NamedTuple

__all__ = ["KNOWN_REFUSALS", "ErrorCode", "KnownRefusal", "code_of"]

ErrorCode = Literal[
    "already-collaborator",
    "already_answered",
    "already_attached",
    "already_enabled",
    "already_exists",
    "already_pending",
    "already_running",
    "default_project",
    "expired",
    "force_ssl_needed",
    "free_trial_exceeded",
    "invalid_credentials",
    "limited_collaborator",
    "name_mismatch",
    "name_taken",
    "not_collaborator",
    "not_empty",
    "not_enabled",
    "not_finished",
    "not_initiated",
    "not_linked",
    "not_running",
    "not_supported",
    "not_suspended",
    "nothing_changed",
    "otp_required",
    "otp_wrong",
    "protected",
    "quota_reached",
    "region_disabled",
    "scm_token_refused",
    "token_refused",
    "unknown_container_type",
    "up_to_date",
]
"""The known codes; the platform may send others."""

Source = Literal["platform", "recorded", "documented", "client", "programs", "sandbox"]


class KnownRefusal(NamedTuple):
    """One sentence of the platform, and its code.

    Attributes:
        code: The code.
        status: HTTP status of the response.
        operations: Ids of the operations that can have this response; empty for all.
        field: Field of the sentence; `base` if it is about no field.
        words: The exact sentence. `{number}` stands for digits, `{word}` for a word and `…` for any
            text.
        known_from: The source of the sentence: the `platform` sends the code itself; it was
            `recorded` or is `documented`; an official `client` or other `programs` check for it; or
            only the `sandbox` uses it, so the platform's own wording may differ.
    """

    code: ErrorCode
    status: int
    operations: tuple[str, ...]
    field: str
    words: str
    known_from: Source


_BASE: Final = "base"
_TAKEN: Final = "has already been taken"
_LINKED: Final = (
    "review_apps.list",
    "scm_repo_links.delete",
    "scm_repo_links.get",
    "scm_repo_links.get_pull",
    "scm_repo_links.list_branches",
    "scm_repo_links.list_deployments",
    "scm_repo_links.list_pulls",
    "scm_repo_links.manual_deploy",
    "scm_repo_links.manual_review_app",
    "scm_repo_links.update",
)
_INVITATIONS: Final = (
    "projects.transfer_invitations.accept",
    "projects.transfer_invitations.cancel",
    "projects.transfer_invitations.decline",
)
_BACKUP_FILES: Final = ("databases.backups.archive_url", "databases.backups.restore")

KNOWN_REFUSALS: Final[tuple[KnownRefusal, ...]] = (
    # Nothing is left to do, or it is in progress already.
    KnownRefusal(
        "nothing_changed",
        400,
        ("apps.scale",),
        _BASE,
        "no change in containers formation",
        "programs",
    ),
    KnownRefusal(
        "up_to_date",
        400,
        ("databases.upgrade",),
        _BASE,
        "there is no version to upgrade to",
        "sandbox",
    ),
    KnownRefusal(
        "already_running",
        400,
        ("databases.backups.create",),
        _BASE,
        "…a backup is running…",
        "programs",
    ),
    KnownRefusal(
        "already_attached",
        409,
        ("one_offs.attach",),
        _BASE,
        "somebody is attached to the container already",
        "sandbox",
    ),
    KnownRefusal(
        "already_attached",
        400,
        ("one_offs.upload_file",),
        _BASE,
        "files have to come before somebody attaches",
        "sandbox",
    ),
    KnownRefusal(
        "already_pending",
        409,
        ("projects.transfer_invitations.create",),
        _BASE,
        "Another invitation is pending",
        "sandbox",
    ),
    KnownRefusal(
        "already_answered", 409, _INVITATIONS, _BASE, "The invitation is {word}", "sandbox"
    ),
    KnownRefusal("expired", 409, _INVITATIONS, _BASE, "The invitation has expired", "sandbox"),
    # It exists already.
    KnownRefusal("name_taken", 422, (), "name", _TAKEN, "sandbox"),
    KnownRefusal("name_taken", 422, ("users.update",), "username", _TAKEN, "recorded"),
    KnownRefusal("already_exists", 422, (), "…", _TAKEN, "sandbox"),
    KnownRefusal(
        "already_exists",
        400,
        ("billing.profiles.create",),
        _BASE,
        "a billing profile already exists",
        "sandbox",
    ),
    KnownRefusal("already-collaborator", 400, ("collaborators.accept",), _BASE, "…", "platform"),
    # There are too many.
    KnownRefusal(
        "quota_reached",
        422,
        ("apps.scale",),
        "container-…-amount",
        "can't scale over {number} containers…",
        "recorded",
    ),
    KnownRefusal(
        "quota_reached",
        422,
        ("domains.create",),
        _BASE,
        "an application can't have more than {number} domains",
        "sandbox",
    ),
    KnownRefusal(
        "quota_reached",
        422,
        ("apps.firewall_rules.create",),
        _BASE,
        "an application can't have more than {number} firewall rules",
        "sandbox",
    ),
    KnownRefusal(
        "quota_reached",
        422,
        ("databases.firewall_rules.create",),
        _BASE,
        "a database can't have more than {number} rules",
        "sandbox",
    ),
    # For a 402 the platform's name of the reason is compared, not its sentence.
    KnownRefusal("free_trial_exceeded", 402, (), "name", "…free-trial-exceeded", "client"),
    # Its state doesn't allow this.
    KnownRefusal(
        "not_running",
        400,
        ("databases.enable_feature", "databases.pitr_restore", "databases.upgrade"),
        _BASE,
        "the database is not running",
        "sandbox",
    ),
    KnownRefusal("not_finished", 400, _BACKUP_FILES, _BASE, "the backup is not done", "sandbox"),
    KnownRefusal(
        "not_suspended", 400, ("addons.resume",), _BASE, "the addon is not suspended", "sandbox"
    ),
    KnownRefusal("not_linked", 404, _LINKED, _BASE, "scm_repo_link not found", "sandbox"),
    KnownRefusal(
        "not_empty",
        409,
        ("projects.delete",),
        _BASE,
        "The project still has resources",
        "sandbox",
    ),
    KnownRefusal(
        "not_empty",
        409,
        ("users.request_deletion",),
        _BASE,
        "The account still owns apps or projects",
        "sandbox",
    ),
    KnownRefusal(
        "default_project",
        409,
        ("projects.delete",),
        _BASE,
        "The default project can't be deleted",
        "sandbox",
    ),
    KnownRefusal(
        "default_project",
        422,
        ("projects.update",),
        "default",
        "can't be given up, only moved to another project",
        "sandbox",
    ),
    KnownRefusal(
        "force_ssl_needed",
        400,
        ("databases.enable_feature",),
        _BASE,
        "force-ssl has to be enabled first",
        "sandbox",
    ),
    KnownRefusal(
        "force_ssl_needed",
        400,
        ("databases.disable_feature",),
        _BASE,
        "publicly-available needs force-ssl",
        "sandbox",
    ),
    KnownRefusal(
        "protected",
        400,
        ("databases.users.delete", "databases.users.update", "databases.users.reset_password"),
        _BASE,
        "this user is protected",
        "sandbox",
    ),
    # It doesn't support this at all.
    KnownRefusal("not_supported", 400, (), _BASE, "not supported by …", "sandbox"),
    KnownRefusal(
        "not_supported",
        400,
        (
            "databases.firewall_rules.create",
            "databases.firewall_rules.delete",
            "databases.firewall_rules.list",
            "databases.firewall_rules.update",
        ),
        _BASE,
        "only dedicated databases have a firewall",
        "sandbox",
    ),
    KnownRefusal(
        "not_supported",
        400,
        ("addons.log_drains.create", "addons.log_drains.delete", "addons.log_drains.list"),
        _BASE,
        "only databases can forward their logs",
        "sandbox",
    ),
    KnownRefusal(
        "not_supported",
        400,
        ("containers.stop",),
        _BASE,
        "only one-off containers can be stopped",
        "sandbox",
    ),
    # The name doesn't exist, or belongs to something else.
    KnownRefusal(
        "unknown_container_type",
        422,
        ("apps.restart",),
        "scope",
        "'…' → no such process type",
        "recorded",
    ),
    KnownRefusal(
        "unknown_container_type",
        404,
        ("apps.scale",),
        _BASE,
        "container_type not found",
        "documented",
    ),
    KnownRefusal(
        "name_mismatch",
        422,
        ("apps.delete", "apps.rename", "apps.transfer"),
        "current_name",
        "Provided name does not match app name",
        "recorded",
    ),
    # The account is not allowed to do this.
    KnownRefusal("invalid_credentials", 401, (), _BASE, "Invalid credentials", "recorded"),
    KnownRefusal("otp_required", 401, (), _BASE, "OTP Required", "client"),
    KnownRefusal("token_refused", 400, (), _BASE, "unauthorized", "recorded"),
    KnownRefusal(
        "not_collaborator",
        401,
        (),
        _BASE,
        "You are not a collaborator of this application",
        "sandbox",
    ),
    KnownRefusal(
        "not_collaborator",
        422,
        ("apps.transfer",),
        "owner",
        "Sorry, … should be part of the collaborators",
        "recorded",
    ),
    KnownRefusal(
        "not_collaborator",
        422,
        ("projects.transfer_invitations.create",),
        "invited_user_id",
        "must be collaborator on all resources",
        "sandbox",
    ),
    KnownRefusal(
        "limited_collaborator",
        403,
        ("apps.firewall_rules.create", "apps.firewall_rules.delete"),
        _BASE,
        "limited collaborators can't change firewall rules",
        "sandbox",
    ),
    KnownRefusal("region_disabled", 403, (), _BASE, "…", "platform"),
    KnownRefusal(
        "scm_token_refused",
        403,
        ("scm_repo_links.create",),
        _BASE,
        "{word} refused the access token",
        "sandbox",
    ),
    # Two-factor authentication.
    KnownRefusal(
        "already_enabled",
        400,
        ("two_factor_auth.initiate", "two_factor_auth.validate"),
        _BASE,
        "2fa already enabled",
        "recorded",
    ),
    KnownRefusal(
        "not_enabled",
        400,
        ("two_factor_auth.disable",),
        _BASE,
        "2fa not enabled for this account",
        "recorded",
    ),
    KnownRefusal(
        "not_initiated",
        400,
        ("two_factor_auth.validate",),
        _BASE,
        "otp not created",
        "recorded",
    ),
    KnownRefusal(
        "otp_wrong",
        400,
        ("two_factor_auth.disable", "two_factor_auth.validate"),
        _BASE,
        "unable to validate otp attempt",
        "recorded",
    ),
)
"""Every refusal with a code; the first match counts."""

_LONGEST: Final = 500
"""The longest sentence that is compared, in characters: no known one is longer."""


def _pattern(words: str) -> re.Pattern[str]:
    pattern = re.escape(words)
    pattern = pattern.replace(r"\{number\}", "[0-9]+").replace(r"\{word\}", "[A-Za-z_.-]+")
    # Only whole words match: `…a backup` doesn't match `no data backup`.
    pattern = re.sub(r"…(?=\w)", r".*\\b", pattern)
    pattern = re.sub(r"(?<=\w)…", r"\\b.*", pattern).replace("…", ".*")
    return re.compile(pattern, re.DOTALL)


@cache
def _patterns() -> tuple[tuple[KnownRefusal, re.Pattern[str], re.Pattern[str]], ...]:
    """Compile the sentences at the first refusal, because it takes a while."""
    return tuple(
        (known, _pattern(known.field), _pattern(known.words))
        for known in KNOWN_REFUSALS
        if known.known_from != "platform"
    )


def code_of(status: int, operation: str, said: Mapping[str, list[str]]) -> ErrorCode | None:
    """Return the code for a refusal of the platform.

    Args:
        status: HTTP status of the response.
        operation: Id of the operation.
        said: The platform's sentences by field; sentences about no field are under `base`.

    Returns:
        The code; `None` if a sentence is unknown, or if the sentences have different codes.
    """
    found: ErrorCode | None = None
    for field, sentences in said.items():
        for sentence in sentences:
            code = _code(status, operation, field, sentence)
            if code is None or found not in {None, code}:
                return None
            found = code
    return found


def _code(status: int, operation: str, field: str, sentence: str) -> ErrorCode | None:
    if len(sentence) > _LONGEST:
        return None
    for known, fields, words in _patterns():
        if (
            known.status == status
            and (not known.operations or operation in known.operations)
            and fields.fullmatch(field)
            and words.fullmatch(sentence.strip())
        ):
            return known.code
    return None
