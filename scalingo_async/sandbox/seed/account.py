"""The initial account of the sandbox's user."""

from scalingo_async.sandbox.catalogue.git_hosts import HOSTED, ssh_key
from scalingo_async.sandbox.ids import Ids
from scalingo_async.sandbox.world.accounts import BillingProfile, Integration, Key, User

__all__ = ["fill_account"]


def fill_account(user: User) -> None:
    """Give an account an SSH key, a linked GitHub account and a billing profile.

    GitHub can't be linked through the API: that requires a browser.
    """
    ids = Ids(f"account {user.id}")
    account = user.account
    since = user.created_at
    key = Key(ids.uuid(), "laptop", ssh_key(user.id, user.email), since)
    account.keys[key.id] = key
    github = Integration(
        ids.uuid(),
        "github",
        HOSTED["github"],
        ids.hex(40),
        since,
        str(ids.random.randrange(1, 100_000)),
        user.username,
        user.email,
    )
    account.integrations[github.id] = github
    account.billing_profile = BillingProfile(
        ids.uuid(),
        {
            "name": user.fullname,
            "email": user.email,
            "address_line1": "15 avenue du Rhin",
            "address_zip": "67100",
            "address_city": "Strasbourg",
            "address_country": "FR",
            "payment_method": "sepa",
        },
        since,
        since,
        credit=15.0,
    )
