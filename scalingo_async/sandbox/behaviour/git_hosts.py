"""The source code platforms: repositories, branches and pull requests that never change.

None of it exists outside of the sandbox. Everything is derived from the names, so that responses
are consistent with each other.
"""

from scalingo_async.sandbox.catalogue.git_hosts import (
    Pull,
    Repository,
    number_of,
    pull_url,
    ssh_key,
)
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.accounts import Integration

__all__ = [
    "organizations",
    "public_keys",
    "pull_view",
    "repositories",
    "repository_exists",
]


_REPOSITORIES = (
    ("website", "The public website", False),
    ("orders-api", "Takes orders", False),
    ("deploy-tools", "Scripts for deployments", False),
    ("sample-app", "An example, forked", True),
)


def organizations(integration: Integration) -> list[str]:
    """Return the names of the linked user's organizations."""
    return [f"{integration.username}-labs", "example-org"]


def repositories(integration: Integration) -> list[Repository]:
    """Return the repositories of the linked user and the organizations."""
    return [
        Repository(number_of(owner, name), owner, name, description, fork)
        for owner in (integration.username, *organizations(integration))
        for name, description, fork in _REPOSITORIES
    ]


def repository_exists(integration: Integration, repository: str) -> bool:
    """Return whether a repository exists; those of other owners are assumed to exist."""
    owner = repository.partition("/")[0]
    known = [row for row in repositories(integration) if row.owner == owner]
    return not known or any(row.full_name == repository for row in known)


def pull_view(pull: Pull) -> Json:
    """Serialize a pull request."""
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
    """Return the names and contents of the user's SSH keys on the platform."""
    found: list[tuple[str, str]] = []
    for name in ("Laptop", "Desktop"):
        seed = f"{integration.scm_type}\0{integration.uid}\0{name}"
        found.append((name, ssh_key(seed, integration.email)))
    return found
