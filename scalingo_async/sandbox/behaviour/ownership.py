"""The ownership of apps and projects, and its transfer."""

from scalingo_async.sandbox.behaviour.embedded import person
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.apps import App, Collaborator
from scalingo_async.sandbox.world.projects import Project
from scalingo_async.sandbox.world.state import Region

__all__ = ["eligible", "hand_over"]


def hand_over(region: Region, app: App, new: User, project: Project) -> Json:
    """Transfer an app to one of its collaborators, into one of their projects.

    The previous owner becomes a collaborator.

    Returns:
        The payload of the event.
    """
    ids, old = region.world.ids, app.owner
    for row in [row for row in app.collaborators.values() if row.user is new]:
        del app.collaborators[row.id]
    left = Collaborator(ids.hex(), old.email, False, ids.hex(40), new, old)
    app.collaborators[left.id] = left
    app.owner = new
    app.project = project
    app.updated_at = region.world.clock.time()
    return {"old_owner": person(old), "new_owner": person(new)}


def eligible(region: Region, project: Project) -> list[User]:
    """Return the users who collaborate on everything in a project, and so can become its owner."""
    apps = [app for app in region.apps.values() if app.project is project]
    if not apps:
        return []
    common = frozenset[str].intersection(*[app.members() for app in apps])
    return [
        user
        for user in region.world.users.values()
        if user.id in common and user is not project.owner
    ]
