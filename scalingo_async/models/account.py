"""Models: what belongs to the account: keys, two-factor authentication, contracts, audit logs."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.base import Model, masked
from scalingo_async.models.users import User

__all__ = [
    "AuditLogEntry",
    "Contract",
    "ContractAcceptance",
    "ContractDocument",
    "ContractRefusal",
    "Key",
    "LocalizedText",
    "Organization",
    "ReferralStats",
    "TwoFactorAuth",
    "TwoFactorAuthInitiation",
    "TwoFactorAuthValidation",
]


@attrs.define(kw_only=True)
class Key(Model):
    """A public SSH key of the account.

    Attributes:
        id: Id: a UUID, or 24 hex digits for old keys.
        name: Label.
        content: The public key.
        fingerprint: Fingerprint (MD5), bytes in hex with colons.
        created_at: Creation.
        owner: The user that it belongs to; some answers hold a part only.
    """

    id: str
    name: str
    content: str
    fingerprint: str | None = None
    created_at: datetime | None = None
    owner: User | None = None


@attrs.define(kw_only=True)
class TwoFactorAuth(Model):
    """Whether the account has two-factor authentication.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is on.
        provider: Kind: `totp` or another word; `None` while it is off.
    """

    id: str | None = None
    uuid: str
    enabled: bool
    provider: Literal["totp"] | str | None = None


@attrs.define(kw_only=True)
class TwoFactorAuthInitiation(Model):
    """Two-factor authentication that was asked for, but not confirmed yet.

    Attributes:
        id: Id of the user.
        uuid: Id of the user.
        enabled: Whether it is on; not before `two_factor_auth.validate`.
        provider: Kind: `totp` or another word; `None` while it is off.
        uri: The `otpauth://` URI for an authenticator, which holds the secret; a secret.
    """

    id: str | None = None
    uuid: str
    enabled: bool
    provider: Literal["totp"] | str | None = None
    uri: str = attrs.field(repr=masked)


@attrs.define(kw_only=True)
class TwoFactorAuthValidation(Model):
    """Two-factor authentication that was just confirmed.

    Attributes:
        codes: Recovery codes, shown this once; secrets.
        user: What holds now.
    """

    codes: list[str] = attrs.field(repr=masked)
    user: TwoFactorAuth


@attrs.define(kw_only=True)
class LocalizedText(Model):
    """A text in several languages.

    Attributes:
        en: English.
        fr: French.
    """

    en: str | None = None
    fr: str | None = None


@attrs.define(kw_only=True)
class ContractDocument(Model):
    """A document of a contract.

    Attributes:
        name: Title.
        short: Short title.
        web: URL of the page, by language.
        pdf: URL of the PDF file, by language.
    """

    name: LocalizedText
    short: LocalizedText
    web: LocalizedText
    pdf: LocalizedText


@attrs.define(kw_only=True)
class ContractAcceptance(Model):
    """The acceptance of a contract.

    Attributes:
        on: When, as the platform writes it.
        locale: Language that was accepted: `en` or `fr`.
    """

    on: str
    locale: str


@attrs.define(kw_only=True)
class ContractRefusal(Model):
    """The refusal of a contract.

    Attributes:
        on: When, as the platform writes it.
        reason: Why.
    """

    on: str
    reason: str


@attrs.define(kw_only=True)
class Contract(Model):
    """A contract with Scalingo, such as its terms of service.

    Attributes:
        id: Id of the contract.
        version: Version.
        latest: Whether it is the latest version.
        required_for: What it is needed for, such as `platform` or `hds`.
        enroll_at: Date of enrolment.
        next_version_id: Id of the version that replaces it.
        depends_on_id: Id of the contract that it depends on.
        documents: Its documents.
        name: Title.
        short: Short title.
        blog_article: URL of an article about it, by language.
        published_at: Publication.
        accepted: Its acceptance; `None` while it is not accepted.
        refused: Its refusal; `None` when it is not refused.
    """

    id: str
    version: str
    latest: bool
    required_for: list[str]
    enroll_at: datetime | None = None
    next_version_id: str | None = None
    depends_on_id: str | None = None
    documents: list[ContractDocument]
    name: LocalizedText
    short: LocalizedText
    blog_article: LocalizedText | None = None
    published_at: datetime
    accepted: ContractAcceptance | None = None
    refused: ContractRefusal | None = None


@attrs.define(kw_only=True)
class Organization(Model):
    """An organization at Scalingo.

    Attributes:
        id: Id, a UUID.
        name: Name.
        slug: Name for URLs.
        created_at: Creation.
        flags: Flags, by name.
    """

    id: str
    name: str
    slug: str
    created_at: datetime
    flags: dict[str, bool] | None = None


@attrs.define(kw_only=True)
class ReferralStats(Model):
    """What the account's referral link has brought.

    Attributes:
        clicks: How many people followed the link.
        signups: How many of them signed up.
        amount_earned: Credit earned, in euros.
        url: The link.
    """

    clicks: int
    signups: int
    amount_earned: float
    url: str


@attrs.define(kw_only=True)
class AuditLogEntry(Model):
    """A piece of what went into a one-off container, or came out of it.

    Attributes:
        time: When.
        content: Text; it may hold ANSI escapes.
        type: Direction: `input`, `output` or another word.
    """

    time: datetime
    content: str
    type: Literal["input", "output"] | str
