"""Review apps: creation from a pull request, and the event when one is destroyed."""

from scalingo_async.sandbox.behaviour.call import Call
from scalingo_async.sandbox.behaviour.deployments import start
from scalingo_async.sandbox.behaviour.validation import check_app_name
from scalingo_async.sandbox.catalogue.git_hosts import Pull, head, pull_url
from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal
from scalingo_async.sandbox.world.accounts import User
from scalingo_async.sandbox.world.apps import App, AppFirewallRule, Formation
from scalingo_async.sandbox.world.deployments import Deployment
from scalingo_async.sandbox.world.repositories import RepoLink, ReviewApp

__all__ = ["close_review_app", "deploy_branch", "linked", "review_app"]

_HOUR = 3600.0


def linked(call: Call) -> tuple[App, RepoLink]:
    """Return the app in the path and its repository link, which must exist."""
    app = call.app()
    if app.repo_link is None:
        raise Refusal.not_found("scm_repo_link")
    return app, app.repo_link


def deploy_branch(
    call: Call, app: App, link: RepoLink, repository: str, branch: str, pusher: User
) -> Deployment:
    """Deploy the tip of a branch, and record that it came from the link."""
    last = next(reversed(app.deployments.values()), None)
    deployment = Deployment(
        id=call.world.ids.uuid(),
        event_id=call.world.ids.hex(),
        app_id=app.id,
        created_at=call.now,
        pusher=pusher,
        git_ref=head(repository, branch),
        previous_git_ref=None if last is None else last.git_ref,
        type="git",
        stack=app.stack,
    )
    if app.repo_link is link:
        link.deployments.append(deployment.id)
    start(call.region, app, deployment)
    return deployment


def review_app(call: Call, parent: App, link: RepoLink, pull: Pull) -> ReviewApp:
    """Create a child app that runs the code of a pull request."""
    name = f"{parent.name}-pr{pull.number}"
    check_app_name(name, taken=call.region.taken(name))
    if call.trial_exceeded:
        raise Refusal.free_trial("create a new app")
    ids, now = call.world.ids, call.now
    child = App(
        id=ids.hex(),
        uuid=ids.prefixed("ap"),
        name=name,
        owner=parent.owner,
        project=parent.project,
        created_at=now,
        updated_at=now,
        stack=parent.stack,
        git_source=link.source,
        parent_id=parent.id,
    )
    child.formation["web"] = Formation("web", 1, "M")
    # Copied once: later changes in the parent don't affect the child.
    for rule in parent.firewall_rules.values():
        copy = AppFirewallRule(ids.hex(), rule.cidr, rule.label)
        child.firewall_rules[copy.id] = copy
    call.region.add(child)
    call.record("new_app", {"git_source": child.git_source}, child)
    deployment = deploy_branch(call, child, link, pull.source, pull.branch, call.user)
    stale = link.hours_before_delete_stale if link.delete_stale_enabled else None
    row = ReviewApp(
        id=ids.uuid(),
        link_id=link.id,
        app_id=child.id,
        app_name=name,
        created_at=now,
        stale_deletion=None if stale is None else now + stale * _HOUR,
        pull=pull,
        deployment=deployment,
    )
    parent.review_apps[child.id] = row
    call.record("create_review_app", _event_data(row), parent)
    return row


def close_review_app(call: Call, app: App) -> None:
    """Remove an app that is being deleted from its parent's review apps."""
    parent = call.region.apps.get(app.parent_id or "")
    row = parent.review_apps.pop(app.id, None) if parent is not None else None
    if row is not None:
        call.record("destroy_review_app", _event_data(row), parent)


def _event_data(row: ReviewApp) -> Json:
    pull = row.pull
    return {
        "app_id": row.app_id,
        "review_app_name": row.app_name,
        "review_app_url": f"https://dashboard.scalingo.com/{row.app_name}",
        "source_repo_name": pull.source,
        "source_repo_url": f"{pull.root}/{pull.source}",
        "pr_name": pull.title,
        "pr_number": pull.number,
        "pr_url": pull_url(pull),
        "pr_comes_from_a_fork": pull.fork,
    }
