"""The package's own client goes through all that the sandbox has around apps: a long story."""

from datetime import date

import pytest
from sandbox_client import client_of, transport_of

from scalingo_async import AsyncClient

from .account_samples import BODIES, LINK, join
from .shapes import OPERATIONS

FAMILIES = {
    "billing", "contracts", "keys", "notification_platforms", "notifiers", "organizations",
    "private_networks", "projects", "provider_apps", "referrals", "review_apps",
    "scm_integrations", "scm_repo_links", "two_factor_auth", "users",
}  # fmt: skip


def client_for(sandbox, user):
    """Return a client of another user's."""
    environ = sandbox.environ() | {"SCALINGO_API_TOKEN": user.api_token}
    return AsyncClient.from_env(
        environ=environ, transport=transport_of(sandbox), rate_limit=None, trust_env=False
    )


@pytest.mark.anyio
async def test_the_clients_methods(sandbox, clock):
    app = sandbox.apps()[0]
    async with client_of(sandbox) as client:
        await account(client, sandbox)
        await platforms(client, app)
        await repository(client, app, clock)
        await notifiers(client, app)
        await billing(client, sandbox, app)
        await projects(client, sandbox)
        await leaving(client, sandbox)
    wanted = {name for name in OPERATIONS if name.partition(".")[0] in FAMILIES}
    assert {name for name in wanted if not sandbox.count(name)} == set()


async def account(client, sandbox):
    assert (await client.users.update(company="Example")).company == "Example"
    assert (await client.users.update_profile(email="x@example.com")).unconfirmed_email
    assert (await client.users.update_by_id(sandbox.user.id, username="me")).username == "me"
    assert (await client.users.self()).id == sandbox.user.id
    assert await client.users.roles()
    await client.users.stop_free_trial()
    await client.users.sign_up(email="another@example.com", password="hush")
    key = await client.keys.create(**BODIES["keys.create"]["key"])
    assert await client.keys.get(key.id) == key
    assert key in await client.keys.list()
    await client.keys.delete(key.id)
    assert (await client.two_factor_auth.get()).enabled is False
    assert (await client.two_factor_auth.initiate(provider="totp")).provider is None
    done = await client.two_factor_auth.validate(attempt=sandbox.one_time_code())
    assert (done.user.enabled, len(done.codes)) == (True, 10)
    off = await client.two_factor_auth.disable(attempt=sandbox.one_time_code())
    assert off.enabled is False
    contract = (await client.contracts.list())[0]
    accepted = await client.contracts.accept(contract.id, locale="fr")
    assert accepted.accepted.locale == "fr"
    assert await client.contracts.get(contract.id) in await client.contracts.history()
    assert (await client.organizations.list())[0].slug
    made = await client.organizations.create(name="Example")
    renamed = await client.organizations.update(made.id, name="Company")
    assert (renamed.name, renamed.slug) == ("Company", "example")
    names = [row.event_name async for row in client.organizations.events.list(made.id, per_page=1)]
    assert names == ["organization.update", "organization.create"]
    assert await client.organizations.can(made.id, scope="read:organization")
    assert not await client.organizations.can("another", scope="read:organization")
    assert (await client.referrals.stats()).clicks == 0


async def platforms(client, app):
    fields = BODIES["scm_integrations.create"]["scm_integration"]
    row = await client.scm_integrations.create(**fields)
    assert (await client.scm_integrations.get(row.id)).url == row.url
    assert len(await client.scm_integrations.import_keys(row.id)) == 2
    assert await client.scm_integrations.search_repositories(row.id, query="api")
    assert await client.scm_integrations.search_pull_requests(row.id, query="is:open")
    logins = [
        item.login async for item in client.scm_integrations.organizations(row.id, per_page=1)
    ]
    assert len(logins) == 2
    assert await client.scm_integrations.branches(row.id, repo_name="a/b")
    await client.scm_integrations.delete(row.id)
    assert [item.scm_type for item in await client.scm_integrations.list()] == ["github"]


async def repository(client, app, clock):
    source = LINK["scm_repo_link"]["source"]
    link = await client.scm_repo_links.create(app.id, source=source, branch="main")
    assert link.last_auto_deploy_at is None
    assert await client.scm_repo_links.get(app.name) == link
    changed = await client.scm_repo_links.update(app.id, auto_deploy_enabled=True)
    assert changed.auto_deploy_enabled
    assert [row.id async for row in client.scm_repo_links.list()] == [link.id]
    pulls = await client.scm_repo_links.list_pulls(app.id)
    assert await client.scm_repo_links.get_pull(app.id, str(pulls[0].number)) == pulls[0]
    assert (await client.scm_repo_links.list_branches(app.id))[0].name == "main"
    deployment = await client.scm_repo_links.manual_deploy(app.id, branch="main")
    clock.advance(10)
    rows = await client.scm_repo_links.list_deployments(app.id)
    assert [(row.id, row.status) for row in rows] == [(deployment.id, "success")]
    review = await client.scm_repo_links.manual_review_app(app.id, number=pulls[1].number)
    assert review.pull_request.closed_at is None
    found = (await client.review_apps.list(app.id))[0]
    assert (found.id, found.app_id) == (review.id, review.app_id)
    await client.scm_repo_links.delete(app.id)


async def notifiers(client, app):
    platform = (await client.notification_platforms.search(name="slack"))[0]
    assert await client.notification_platforms.get(platform.id) == platform
    assert platform in await client.notification_platforms.list()
    types = await client.events.types.list()
    assert {row.category_id for row in types} == {
        row.id for row in await client.events.categories.list()
    }
    row = await client.notifiers.create(
        app.id,
        platform_id=platform.id,
        name="team",
        selected_event_ids=[types[0].id],
        type_data={"webhook_url": "https://example.com"},
    )
    assert row.selected_event_ids == [types[0].id]
    assert await client.notifiers.get(app.id, row.id) == row
    await client.notifiers.test(app.id, row.id)
    assert (await client.notifiers.update(app.id, row.id, active=False)).active is False
    await client.notifiers.delete(app.id, row.id)
    assert [item.type for item in await client.notifiers.list(app.id)] == ["email"]
    event = (await client.events.list(app.id))[0]
    assert (await client.events.get(app.id, event.id)).data == event.data


async def billing(client, sandbox, app):
    profile = await client.billing.profiles.get()
    assert (await client.billing.profiles.get_regional()) == profile
    city = await client.billing.profiles.update(profile.id, address_city="Metz")
    assert city.address_city == "Metz"
    sandbox.user.account.billing_profile = None
    fields = BODIES["billing.profiles.create"]["profile"]
    assert (await client.billing.profiles.create(**fields)).address_country == "FR"
    invoices = [row async for row in client.billing.invoices.list(per_page=1)]
    assert len(invoices) == 2
    assert (await client.billing.invoices.get(invoices[0].id)).items == invoices[0].items
    assert (await client.billing.invoices.download_url(invoices[0].id)).reveal()
    operations = [row async for row in client.billing.operations.list(per_page=1)]
    assert [row.invoice_id for row in operations] == [row.id for row in invoices]
    usage = await client.billing.usage(from_=date(2025, 10, 1), to=date(2025, 10, 2))
    assert {row.app for row in usage} == {row.name for row in sandbox.apps()}
    who = {"username": "postgresql", "password": sandbox.settings.provider_password}
    config = {"POSTGRESQL_POOL": "5"}
    assert await client.provider_apps.list(**who)
    changed = await client.provider_apps.update(app.id, config=config, **who)
    assert await client.provider_apps.get(app.id, **who) == changed


async def projects(client, sandbox):
    project = await client.projects.create(name="one")
    assert (await client.projects.update(project.id, name="two")).name == "two"
    assert (await client.projects.get(project.id)).name == "two"
    assert [row.name for row in await client.projects.list()] == ["default", "two"]
    network = await client.private_networks.get(project.id)
    assert network.used_ips == []
    app = await client.apps.create(name="in-the-project", project_id=project.id)
    deployed = next(row for row in sandbox.apps() if row.containers)
    assert len(await client.private_networks.domain_names.list(deployed.id, per_page=1)) == 1
    heir = sandbox.add_user("heir@example.com")
    join(sandbox, app.id, heir)
    owners = await client.projects.list_eligible_new_owners(project.id)
    assert [row.user_id for row in owners] == [heir.id]
    invitations = client.projects.transfer_invitations
    async with client_for(sandbox, heir) as other:
        theirs = other.projects.transfer_invitations
        for close in (invitations.cancel, theirs.decline, theirs.accept):
            row = await invitations.create(project.id, invited_user_id=heir.id)
            assert await invitations.list(project.id)
            assert await invitations.get(project.id, row.id) == row
            await close(project.id, row.id)
        every = await theirs.list(project.id, status="all")
        assert [row.status for row in every] == ["canceled", "declined", "accepted"]
        assert (await other.apps.get(app.id)).owner.id == heir.id
    empty = await client.projects.create(name="empty")
    await client.projects.delete(empty.id)


async def leaving(client, sandbox):
    user = sandbox.add_user("leaving@example.com")
    async with client_for(sandbox, user) as other:
        await other.users.request_deletion()
        deletion = user.account.deletion
        await other.users.confirm_deletion(deletion.id, token=deletion.token)
    await client.users.delete()
    assert sandbox.user.id not in sandbox.world.users
