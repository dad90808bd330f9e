"""What an account has beside its name: keys, second factor, platforms, billing, contracts."""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Acceptance",
    "Account",
    "ApiToken",
    "BillingProfile",
    "Deletion",
    "Integration",
    "Invoice",
    "Key",
    "Organization",
    "OrganizationEvent",
    "TwoFactor",
    "User",
]

_STEP = 30


@dataclass(slots=True, eq=False)
class Key:
    """A public SSH key."""

    id: str
    name: str
    content: str
    created_at: float

    @property
    def fingerprint(self) -> str:
        """The MD5 of the key itself, in pairs of digits."""
        parts = self.content.split()
        try:
            blob = base64.b64decode(parts[1], validate=True)
        except (IndexError, binascii.Error):
            blob = self.content.encode()
        return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


@dataclass(slots=True, eq=False)
class TwoFactor:
    """The second factor of an account: a secret that an authenticator makes codes from.

    Attributes:
        secret: The secret, in base 32.
        enabled: Whether a first code has been given.
        codes: The recovery codes that haven't been used.
    """

    secret: str = field(repr=False)
    enabled: bool = False
    codes: list[str] = field(default_factory=list[str], repr=False)

    def code(self, now: float) -> str:
        """Return what the authenticator shows at a time."""
        moment = struct.pack(">Q", int(now) // _STEP)
        digest = hmac.digest(base64.b32decode(self.secret.upper()), moment, "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    def accepts(self, attempt: str, now: float) -> bool:
        """Check a code; clocks may be half a minute apart, and a recovery code works once."""
        if attempt in self.codes:
            self.codes.remove(attempt)
            return True
        return attempt in {self.code(now + shift) for shift in (-_STEP, 0, _STEP)}


@dataclass(slots=True, eq=False)
class Integration:
    """A source-code platform that is linked to an account.

    Attributes:
        revoked: Whether the platform has stopped accepting the access token.
    """

    id: str
    scm_type: str
    url: str
    access_token: str = field(repr=False)
    created_at: float
    uid: str
    username: str
    email: str
    revoked: bool = False


@dataclass(slots=True, eq=False)
class BillingProfile:
    """Who is billed; `fields` are those that the account's owner writes."""

    id: str
    fields: dict[str, str | None]
    created_at: float
    updated_at: float
    credit: float = 0.0


@dataclass(slots=True, eq=False)
class Invoice:
    """The invoice for a month. It stays as it was, whatever becomes of the apps.

    Attributes:
        month: The first day of the month, as seconds since 1970.
        issued_at: When it was made, after the end of the month.
        items: The lines of the document, prices in cents.
        details: What was consumed, prices in cents and durations in minutes.
    """

    id: str
    number: str
    month: float
    issued_at: float
    items: list[dict[str, Any]]
    details: list[dict[str, Any]]

    @property
    def total(self) -> int:
        """The sum in cents, without VAT."""
        return sum(int(item["price"]) for item in self.items)


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is in the e-mail to somebody who wants to delete the account."""

    id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """When and in which language a contract was accepted."""

    on: float
    locale: str


@dataclass(frozen=True, slots=True)
class OrganizationEvent:
    """Something that the owner of an organization did to it; `changes` are (before, after)."""

    id: str
    name: str
    time: float
    changes: dict[str, tuple[str | None, str]]


@dataclass(slots=True, eq=False)
class Organization:
    """An organization, which whoever made it owns."""

    id: str
    name: str
    slug: str
    created_at: float
    events: list[OrganizationEvent] = field(default_factory=list[OrganizationEvent])


@dataclass(slots=True, eq=False)
class Account:
    """What a user has besides a name and apps.

    Attributes:
        trial_ended_at: When the free trial was ended on request.
        unconfirmed_email: An address that nobody has confirmed.
        invoices: The invoices by month, as far as they have been looked at.
    """

    company: str | None = None
    location: str | None = "Strasbourg"
    tos_accepted: bool = True
    email_newsletter: bool = False
    unconfirmed_email: str | None = None
    trial_ended_at: float | None = None
    deletion: Deletion | None = None
    two_factor: TwoFactor | None = None
    billing_profile: BillingProfile | None = None
    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    integrations: dict[str, Integration] = field(default_factory=dict[str, Integration])
    contracts: dict[str, Acceptance] = field(default_factory=dict[str, Acceptance])
    invoices: dict[float, Invoice] = field(default_factory=dict[float, Invoice])
    organizations: dict[str, Organization] = field(default_factory=dict[str, Organization])


@dataclass(slots=True, eq=False)
class User:
    """An account.

    Attributes:
        otp: A one-time code that never changes, for tests: once it is set, a login with the
            password needs it, or a code of the account's second factor if that is on, too.
    """

    id: str
    email: str
    username: str
    fullname: str
    password: str = field(repr=False)
    created_at: float
    api_token: str = field(default="", repr=False)
    otp: str | None = field(default=None, repr=False)
    account: Account = field(default_factory=Account, repr=False)

    @property
    def two_factor(self) -> bool:
        """Whether a login with the password needs a code as well."""
        factor = self.account.two_factor
        return self.otp is not None or (factor is not None and factor.enabled)

    def accepts(self, attempt: str, now: float) -> bool:
        """Check a code for the second factor."""
        factor = self.account.two_factor
        return attempt == self.otp or (
            factor is not None and factor.enabled and factor.accepts(attempt, now)
        )


@dataclass(slots=True, eq=False)
class ApiToken:
    """An API token; `secret` is the `tk-us-…` text."""

    id: str
    name: str
    user: User
    secret: str = field(repr=False)
    created_at: float
    issued_at: float
    last_used_at: float | None = None
