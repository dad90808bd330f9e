"""The exchange of a credential: how a refusal and a strange answer of the account's API are told."""

import json

import pytest
from anyio.lowlevel import checkpoint
from api_facts import FakeTransport
from tables import each

from scalingo_async import (
    AsyncClient,
    AuthenticationError,
    Headers,
    Response,
    ResponseDecodeError,
    RetryPolicy,
    UserPassword,
)

pytestmark = pytest.mark.anyio

PASSWORD = {"credential": UserPassword("user", "a password")}
API_TOKEN = {"api_token": "tk-us-1"}


class Account(FakeTransport):
    """Answers exchanges and logins, each as it is told."""

    def __init__(self, **answers):
        super().__init__()
        self.answers = answers
        self.asked = []

    async def send(self, request):
        await checkpoint()
        name = request.endpoint.id.removeprefix("tokens.")
        self.asked.append(name)
        answer = self.answers[name]
        status, content = answer.pop(0) if isinstance(answer, list) else answer
        return Response(status, Headers(), json.dumps(content).encode())


async def asked(account, settings):
    """Return the error of a call whose token can't be had."""
    async with AsyncClient(transport=account, rate_limit=None, max_retries=0, **settings) as client:
        with pytest.raises((AuthenticationError, ResponseDecodeError)) as caught:
            await client.apps.list()
    return caught.value


@each(
    ("settings", "said"),
    [
        (API_TOKEN, "no; the API token is wrong, or was revoked"),
        (PASSWORD, "no; the user name or the password is wrong"),
    ],
)
async def test_a_refusal_says_which_credential_is_wrong(settings, said):
    refused = 401, {"error": "no"}
    error = await asked(Account(exchange=refused, login=refused), settings)
    assert error.message == said


async def test_a_login_that_wants_a_code_blames_no_password():
    error = await asked(Account(login=(401, {"error": "OTP Required"})), PASSWORD)
    assert error.otp_required
    assert error.message == "OTP Required"


@each("token", [{"token": None}, {"token": ""}, {}])
async def test_a_login_without_a_token_is_told(token):
    made = {"id": "t-1", "name": "n", "created_at": "2026-01-01T00:00:00Z", **token}
    account = Account(login=(200, {"token": made}))
    error = await asked(account, PASSWORD)
    assert type(error) is ResponseDecodeError
    assert account.asked == ["login"]
    assert error.path == "$"


@each("content", [{}, {"token": 7}, {"token": ""}, [], "text"])
async def test_an_exchange_without_a_token_says_what_was_asked(content):
    error = await asked(Account(exchange=(200, content)), API_TOKEN)
    assert (error.method, error.url) == ("POST", "https://auth.scalingo.com/v1/tokens/exchange")
    assert "tokens.exchange" in error.message


async def test_an_exchange_is_tried_again_as_it_changes_nothing():
    account = Account(exchange=[(503, {}), (200, {"token": "t"})])
    account.answers["apps.list"] = 200, {"apps": []}
    async with AsyncClient(
        transport=account, rate_limit=None, max_retries=1, retry=RetryPolicy(base=0.0), **API_TOKEN
    ) as client:
        assert [app async for app in client.apps.list()] == []
    assert account.asked == ["exchange", "exchange", "apps.list"]
