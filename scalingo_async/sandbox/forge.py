"""The source-code platforms: repositories, branches and pull requests that never change.

None of it exists outside of the sandbox. It all follows from the names, so that what one answer
mentions another one knows.
"""

import base64
import hashlib
from dataclasses import dataclass

from scalingo_async.sandbox.entities import Json
from scalingo_async.sandbox.entities_account import Integration

__all__ = [
    "HOSTED",
    "SELF_HOSTED",
    "Pull",
    "Repository",
    "branches",
    "head",
    "organizations",
    "public_keys",
    "pull_url",
    "pull_view",
    "pulls",
    "repositories",
    "repository_exists",
    "ssh_key",
]

#: The platforms that are linked in a browser, with their root URLs.
HOSTED = {"github": "https://github.com", "gitlab": "https://gitlab.com"}
#: The platforms that are linked with an access token.
SELF_HOSTED = ("github-enterprise", "gitlab-self-hosted")

_REPOSITORIES = (
    ("website", "The public website", False),
    ("orders-api", "Takes orders", False),
    ("deploy-tools", "Scripts for deployments", False),
    ("sample-app", "An example, forked", True),
)
_BRANCHES = ("main", "staging")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of somebody whom the platform knows."""

    id: int
    owner: str
    name: str
    description: str
    fork: bool

    @property
    def full_name(self) -> str:
        """The name with its owner."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request; `source` is the repository that it comes from."""

    id: int
    number: int
    title: str
    branch: str
    repository: str
    source: str
    open: bool
    root: str
    scm_type: str

    @property
    def fork(self) -> bool:
        """Whether it comes from a fork."""
        return self.source != self.repository


def _number(*words: str) -> int:
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def head(repository: str, branch: str) -> str:
    """Return the commit at the tip of a branch."""
    return hashlib.sha256(f"{repository}\0{branch}".encode()).hexdigest()[:40]


def organizations(integration: Integration) -> list[str]:
    """Return the names of the organizations that the linked user is in."""
    return [f"{integration.username}-labs", "example-org"]


def repositories(integration: Integration) -> list[Repository]:
    """Return the repositories of the linked user and the organizations."""
    return [
        Repository(_number(owner, name), owner, name, description, fork)
        for owner in (integration.username, *organizations(integration))
        for name, description, fork in _REPOSITORIES
    ]


def repository_exists(integration: Integration, repository: str) -> bool:
    """Say whether there is a repository; those of strangers are believed in."""
    owner = repository.partition("/")[0]
    known = [row for row in repositories(integration) if row.owner == owner]
    return not known or any(row.full_name == repository for row in known)


def branches(repository: str) -> list[str]:
    """Return the names of the branches."""
    return [*_BRANCHES, *[row.branch for row in pulls("", "", repository) if not row.fork]]


def pulls(root: str, scm_type: str, repository: str) -> list[Pull]:
    """Return the pull requests, newest first: two open ones, one of them from a fork."""
    name = repository.partition("/")[2]
    rows = (
        (43, "Translate the texts", "translations", f"contributor/{name}", True),
        (42, "Upgrade the framework", "upgrade-framework", repository, True),
        (41, "Fix the layout", "fix-layout", repository, False),
    )
    return [
        Pull(
            _number(repository, str(number)),
            number,
            title,
            branch,
            repository,
            source,
            is_open,
            root,
            scm_type,
        )
        for number, title, branch, source, is_open in rows
    ]


def pull_url(pull: Pull) -> str:
    """Return the page of a pull request."""
    middle = "-/merge_requests" if pull.scm_type.startswith("gitlab") else "pull"
    return f"{pull.root}/{pull.repository}/{middle}/{pull.number}"


def pull_view(pull: Pull) -> Json:
    """Show a pull request."""
    return {
        "id": pull.id,
        "number": pull.number,
        "title": pull.title,
        "html_url": pull_url(pull),
        "source_repo_name": pull.source,
        "source_repo_html_url": f"{pull.root}/{pull.source}",
        "opened_from_a_forked_repo": pull.fork,
    }


def public_keys(integration: Integration) -> list[tuple[str, str]]:
    """Return the names and the texts of the SSH keys that the platform knows of the user."""
    found: list[tuple[str, str]] = []
    for name in ("Laptop", "Desktop"):
        seed = f"{integration.scm_type}\0{integration.uid}\0{name}"
        found.append((name, ssh_key(seed, integration.email)))
    return found


def ssh_key(seed: str, comment: str) -> str:
    """Return an SSH key that nobody has the other half of."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0 " + hashlib.sha256(seed.encode()).digest()
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"
