"""Models: contracts of the account, their documents and their acceptance."""

from datetime import datetime

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "Contract",
    "ContractAcceptance",
    "ContractDocument",
    "ContractRefusal",
    "LocalizedText",
]


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
        on: Date, as the platform formats it.
        locale: Language that was accepted: `en` or `fr`.
    """

    on: str
    locale: str


@attrs.define(kw_only=True)
class ContractRefusal(Model):
    """The refusal of a contract.

    Attributes:
        on: Date, as the platform formats it.
        reason: Reason.
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
        required_for: The purpose that requires it, such as `platform` or `hds`.
        enroll_at: Date of enrolment.
        next_version_id: Id of the version that replaces it.
        depends_on_id: Id of the contract that it depends on.
        documents: Its documents.
        name: Title.
        short: Short title.
        blog_article: URL of an article about it, by language.
        published_at: When it was published.
        accepted: Its acceptance; `None` until it is accepted.
        refused: Its refusal; `None` if it isn't refused.
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
