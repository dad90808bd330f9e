"""Git hosts, and the repositories on them."""

import base64
import hashlib
from dataclasses import dataclass

__all__ = [
    "HOSTED",
    "SELF_HOSTED",
    "Pull",
    "Repository",
    "branches",
    "head",
    "pull_url",
    "pulls",
    "ssh_key",
]


#: The platforms that are linked in a browser, with their root URLs.
HOSTED = {"github": "https://github.com", "gitlab": "https://gitlab.com"}


#: The platforms that are linked with an access token.
SELF_HOSTED = ("github-enterprise", "gitlab-self-hosted")


_BRANCHES = ("main", "staging")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of an owner that the platform knows."""

    id: int
    owner: str
    name: str
    description: str
    fork: bool

    @property
    def full_name(self) -> str:
        """The name with its owner: `owner/name`."""
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


def number_of(*words: str) -> int:
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def head(repository: str, branch: str) -> str:
    """Return the commit at the tip of a branch."""
    return hashlib.sha256(f"{repository}\0{branch}".encode()).hexdigest()[:40]


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
            number_of(repository, str(number)),
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


def ssh_key(seed: str, comment: str) -> str:
    """Return a public SSH key without a private key."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0 " + hashlib.sha256(seed.encode()).digest()
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"
