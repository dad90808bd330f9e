"""What the operations on accounts, projects, repositories, billing and notifiers are called with.

`prepare` sets the stage for one of them; it returns who calls and what else is in the context.
"""

from scalingo_async.sandbox.behaviour.organizations import organizations_of
from scalingo_async.sandbox.catalogue.contracts import CONTRACTS
from scalingo_async.sandbox.world.apps import Collaborator

from .bare_client import Api

BODIES = {
    "keys.create": {"key": {"name": "office", "content": "ssh-ed25519 AAAAC3NzaC1 me"}},
    "users.update": {"user": {"company": "Example"}},
    "users.update_profile": {"user": {"email": "other@example.com"}},
    "users.update_by_id": {"user": {"username": "somebody-else"}},
    "users.confirm_deletion": {"deletion": {"token": "{deletion_token}", "reason": None}},
    "users.sign_up": {"user": {"email": "new@example.com", "password": "hush hush"}},
    "two_factor_auth.initiate": {"tfa": {"provider": "totp"}},
    "two_factor_auth.validate": {"tfa": {"attempt": "{code}"}},
    "two_factor_auth.disable": {"tfa": {"attempt": "{code}"}},
    "scm_integrations.create": {
        "scm_integration": {
            "scm_type": "gitlab-self-hosted",
            "url": "https://git.example.com",
            "access_token": "hush",
        }
    },
    "contracts.accept": {"locale": "en"},
    "organizations.create": {"organization": {"name": "Example"}},
    "organizations.update": {"organization": {"name": "Example"}},
    "billing.profiles.create": {
        "profile": {
            "name": "A",
            "address_line1": "B",
            "address_zip": "1",
            "address_city": "C",
            "address_country": "France",
        }
    },
    "billing.profiles.update": {"profile": {"address_city": "Metz"}},
    "projects.create": {"project": {"name": "another", "default": True}},
    "projects.update": {"project": {"name": "renamed"}},
    "projects.transfer_invitations.create": {
        "transfer_invitation": {"invited_user_id": "{invited_user_id}"}
    },
    "notifiers.create": {
        "notifier": {
            "platform_id": "{platform_id}",
            "name": "hook",
            "active": True,
            "type_data": {"webhook_url": "https://example.com"},
        }
    },
    "notifiers.update": {"notifier": {"active": False}},
    "scm_repo_links.create": {"scm_repo_link": {"source": "https://github.com/a/b"}},
    "scm_repo_links.update": {"scm_repo_link": {"branch": "main"}},
    "scm_repo_links.manual_deploy": {"branch": "main"},
    "scm_repo_links.manual_review_app": {"pull_request_id": 42},
    "provider_apps.update": {"config": {"POSTGRESQL_POOL": "5"}},
}

QUERIES = {
    "organizations.can": {"scope": "read:organization"},
    "scm_integrations.search_repositories": {"query": "api"},
    "scm_integrations.search_pull_requests": {"query": "is:open"},
    "scm_integrations.branches": {"repo_name": "example-user/website"},
    "notification_platforms.search": {"name": "email"},
}

LINK = {"scm_repo_link": {"source": "https://github.com/example-user/website"}}


async def prepare(name, sandbox, api, context):
    """Return who calls the operation `name`, and the context with what it is about."""
    user, app = sandbox.user, sandbox.get_app(context["app"])
    path = f"/v1/apps/{app.id}"
    more = {
        "key_id": next(iter(user.account.keys)),
        "user_id": user.id,
        "integration_id": "github",
        "contract_id": list(CONTRACTS)[1],
        "profile_id": user.account.billing_profile.id,
        "platform_id": "5982f145d48c3600273ef08a",
        "app_id": app.id,
        "event_id": app.events[0].id,
        "number": "42",
        "organization_id": organizations_of(user)[0].id,
    }
    family, _, rest = name.partition(".")
    match family:
        case "users" if rest.endswith("_deletion"):
            user = sandbox.add_user("leaving@example.com")
            api = await signed_in(sandbox, user)
            if rest == "confirm_deletion":
                await api.ok("POST", "/auth/v1/users/delete")
                deletion = user.account.deletion
                more |= {"deletion_id": deletion.id, "deletion_token": deletion.token}
        case "two_factor_auth" if rest in {"validate", "disable"}:
            await api.ok("POST", "/auth/v1/client/tfa", BODIES["two_factor_auth.initiate"])
            more["code"] = sandbox.one_time_code()
            user.account.two_factor.enabled = rest == "disable"
        case "organizations":
            renamed = {"organization": {"name": "Example before"}}
            await api.ok("PATCH", f"/auth/v1/organizations/{more['organization_id']}", renamed)
        case "billing":
            if rest == "profiles.create":
                user.account.billing_profile = None
            invoices = (await api.ok("GET", "/v1/account/invoices"))["invoices"]
            more["invoice_id"] = invoices[0]["id"]
        case "notifiers":
            rows = (await api.ok("GET", f"{path}/notifiers"))["notifiers"]
            more["notifier_id"] = rows[0]["id"]
        case "scm_repo_links" | "review_apps" if rest != "create":
            await api.ok("POST", f"{path}/scm_repo_link", LINK)
            if rest == "list_deployments":
                await api.ok("POST", f"{path}/scm_repo_link/manual_deploy", {"branch": "main"})
            elif family == "review_apps":
                body = {"pull_request_id": "42"}
                await api.ok("POST", f"{path}/scm_repo_link/manual_review_app", body)
        case "projects" if rest == "delete" or "new_owners" in rest or "invitations" in rest:
            api, found = await _project(rest, sandbox, api)
            more |= found
    return api, context | more


async def signed_in(sandbox, user):
    """Return a client of another user's."""
    api = Api(sandbox, user.api_token)
    await api.sign_in()
    return api


async def shared_project(sandbox, api, name="shared", *, email="heir@example.com"):
    """Return the id of a project with an app in it, and a user who may take it over."""
    project = (await api.ok("POST", "/v1/projects", {"project": {"name": name}}))["project"]
    body = {"app": {"name": f"{name}-app", "project_id": project["id"]}}
    app = (await api.ok("POST", "/v1/apps", body))["app"]
    heir = sandbox.add_user(email)
    join(sandbox, app["id"], heir)
    return project["id"], heir


def join(sandbox, app, user):
    """Let a user collaborate on an app."""
    row = Collaborator(f"row-of-{user.id}", user.email, False, user.id, sandbox.user, user)
    sandbox.get_app(app).collaborators[row.id] = row


async def _project(rest, sandbox, api):
    if rest == "delete":
        body = await api.ok("POST", "/v1/projects", {"project": {"name": "empty"}})
        return api, {"project_id": body["project"]["id"]}
    project_id, heir = await shared_project(sandbox, api)
    more = {"project_id": project_id, "invited_user_id": heir.id}
    if "invitations" in rest and not rest.endswith("create"):
        invitations = f"/v1/projects/{project_id}/transfer_invitations"
        body = {"transfer_invitation": {"invited_user_id": heir.id}}
        found = (await api.ok("POST", invitations, body))["transfer_invitation"]
        more["invitation_id"] = found["id"]
    if rest.endswith(("accept", "decline")):
        api = await signed_in(sandbox, heir)
    return api, more
