"""Models: SCM integrations (GitHub, GitLab): repositories, organizations, pull requests."""

from datetime import datetime
from typing import Literal

import attrs

from scalingo_async.models.apps import Owner
from scalingo_async.models.base import Model, masked

__all__ = [
    "SCMBranch",
    "SCMIntegration",
    "SCMOrganization",
    "SCMPullRequest",
    "SCMRepository",
]


@attrs.define(kw_only=True)
class SCMIntegration(Model):
    """The link between the account and a source code platform.

    Attributes:
        id: Id, a UUID.
        scm_type: Platform: `github`, `gitlab`, `github-enterprise`, `gitlab-self-hosted` or another
            value.
        url: URL of the platform.
        access_token: Token for the platform, in some responses; a secret.
        created_at: When it was created.
        uid: Id of the user on the platform, digits as a string.
        username: User name on the platform.
        avatar_url: URL of the avatar.
        email: E-mail address on the platform.
        profile_url: URL of the page on the platform.
        owner: Its owner, as a summary.
    """

    id: str
    scm_type: Literal["github", "gitlab", "github-enterprise", "gitlab-self-hosted"] | str
    url: str | None = None
    access_token: str | None = attrs.field(default=None, repr=masked)
    created_at: datetime
    uid: str | None = None
    username: str | None = None
    avatar_url: str | None = None
    email: str | None = None
    profile_url: str | None = None
    owner: Owner


@attrs.define(kw_only=True)
class SCMRepository(Model):
    """A repository on a source code platform.

    Its keys are in camel case, unlike those of the rest of the API.

    Attributes:
        id: Id on the platform.
        name: Name.
        fullName: Owner and name, as `owner/name`.
        url: URL of its page.
        description: Description.
    """

    id: int
    name: str
    fullName: str  # noqa: N815 - as the platform spells it
    url: str
    description: str | None = None


@attrs.define(kw_only=True)
class SCMOrganization(Model):
    """An organization or a group on a source code platform.

    Its keys are in camel case, unlike those of the rest of the API.

    Attributes:
        id: Id on the platform.
        login: Name.
        avatarUrl: URL of the avatar.
        url: URL in the platform's API.
        description: Description.
    """

    id: int
    login: str
    avatarUrl: str | None = None  # noqa: N815 - as the platform spells it
    url: str | None = None
    description: str | None = None


@attrs.define(kw_only=True)
class SCMPullRequest(Model):
    """A pull request or a merge request.

    Attributes:
        id: Id on the platform, which differs from the number; absent in some responses.
        number: Number on the platform.
        title: Title.
        html_url: URL of its page.
        source_repo_name: Repository that it comes from, as `owner/name`.
        source_repo_html_url: URL of the repository that it comes from.
        opened_from_a_forked_repo: Whether it comes from a fork.
    """

    id: int | None = None
    number: int
    title: str
    html_url: str
    source_repo_name: str | None = None
    source_repo_html_url: str | None = None
    opened_from_a_forked_repo: bool | None = None


@attrs.define(kw_only=True)
class SCMBranch(Model):
    """A branch of a repository.

    Attributes:
        name: Name.
    """

    name: str
