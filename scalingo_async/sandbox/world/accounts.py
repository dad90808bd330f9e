"""The parts of an account: keys, second factor, platforms, billing, contracts."""

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
        """The MD5 hash of the key, as pairs of hex digits."""
        parts = self.content.split()
        try:
            blob = base64.b64decode(parts[1], validate=True)
        except (IndexError, binascii.Error):
            blob = self.content.encode()
        return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


@dataclass(slots=True, eq=False)
class TwoFactor:
    """The second factor of an account: a secret that an authenticator derives codes from.

    Attributes:
        secret: The secret, in base 32.
        enabled: Whether it has been confirmed with a first code.
        codes: The unused recovery codes.
    """

    secret: str = field(repr=False)
    enabled: bool = False
    codes: list[str] = field(default_factory=list[str], repr=False)

    def code(self, now: float) -> str:
        """Return the code that the authenticator shows at a time."""
        moment = struct.pack(">Q", int(now) // _STEP)
        digest = hmac.digest(base64.b32decode(self.secret.upper()), moment, "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    def accepts(self, attempt: str, now: float) -> bool:
        """Check a code; clocks may differ by half a minute, and a recovery code works once."""
        if attempt in self.codes:
            self.codes.remove(attempt)
            return True
        return attempt in {self.code(now + shift) for shift in (-_STEP, 0, _STEP)}


@dataclass(slots=True, eq=False)
class Integration:
    """A source code platform that is linked to an account.

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
    """The recipient of the invoices; `fields` are those that the account's owner sets."""

    id: str
    fields: dict[str, str | None]
    created_at: float
    updated_at: float
    credit: float = 0.0


@dataclass(slots=True, eq=False)
class Invoice:
    """The invoice for a month. It doesn't change with the apps.

    Attributes:
        month: The first day of the month, as seconds since 1970.
        issued_at: When it was issued, after the end of the month.
        items: Its lines, with prices in cents.
        details: The usage, with prices in cents and durations in minutes.
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
    """The contents of the e-mail that confirms the deletion of the account."""

    id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The acceptance of a contract: its time and language."""

    on: float
    locale: str


@dataclass(frozen=True, slots=True)
class OrganizationEvent:
    """A change of an organization by its owner; `changes` are (before, after)."""

    id: str
    name: str
    time: float
    changes: dict[str, tuple[str | None, str]]


@dataclass(slots=True, eq=False)
class Organization:
    """An organization, owned by its creator."""

    id: str
    name: str
    slug: str
    created_at: float
    events: list[OrganizationEvent] = field(default_factory=list[OrganizationEvent])


@dataclass(slots=True, eq=False)
class Account:
    """The account data of a user, besides the name and apps.

    Attributes:
        trial_ended_at: When the free trial was ended on request.
        unconfirmed_email: A new address that hasn't been confirmed.
        invoices: The invoices by month, created on first access.
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
        otp: A fixed one-time code for tests. If it is set, a login with the password requires it,
            or a code of the account's second factor if that is also enabled.
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
        """Whether a login with the password also requires a code."""
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
    """An API token; `secret` is the `tk-us-…` string."""

    id: str
    name: str
    user: User
    secret: str = field(repr=False)
    created_at: float
    issued_at: float
    last_used_at: float | None = None
