"""Webhooks where nothing is awaited."""

import json

import pytest
from api_facts import FakeTransport

from scalingo_async import InvalidArgumentError, WebhookSecretError
from scalingo_async.blocking import Client, WebhookReceiver

SECRET = "s" * 32
HEADERS = {"content-type": "application/json"}
EVENT = {
    "id": "ev-1",
    "type": "restart",
    "created_at": "2030-01-02T03:04:05Z",
    "app_id": "app-1",
    "type_data": {},
}
BODY = json.dumps(EVENT).encode()


class Remembered(set):
    """What remembers events and blocks, as the cache of Django does."""

    def add(self, event_id):
        known = event_id in self
        super().add(event_id)
        return not known


@pytest.mark.parametrize("settings", [{}, {"seen": Remembered()}])
def test_a_handler_is_a_plain_function_and_gets_each_event_once(settings):
    receiver, handled = WebhookReceiver(SECRET, **settings), []
    for _ in range(2):
        receiver.deliver(handled.append, HEADERS, BODY, secret=SECRET)
    assert [event.id for event in handled] == ["ev-1"]


def test_a_handler_that_fails_gets_the_event_again():
    receiver, handled = WebhookReceiver(SECRET), []

    def fail(event):
        handled.append(event)
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            receiver.deliver(fail, HEADERS, BODY, secret=SECRET)
    assert len(handled) == 2


def test_an_event_is_checked_back_with_the_client_that_the_handler_may_use():
    answer = json.dumps({"event": EVENT}).encode()
    transport = FakeTransport(200, answer)
    with Client(transport=transport, bearer_token="b", rate_limit=None) as client:
        receiver, asked = WebhookReceiver(SECRET, seen=None), []

        def handle(event):
            asked.append(client.events.get(event.app_id, event.id).id)

        parts = iter([BODY[:5], BODY[5:]])
        receiver.deliver(handle, HEADERS, parts, secret=SECRET, check_back=client)
    assert asked == ["ev-1"]
    assert len(transport.requests) == 2


def test_what_is_refused_is_refused_here():
    receiver = WebhookReceiver(SECRET)
    with pytest.raises(WebhookSecretError):
        receiver.admit(HEADERS, secret="x" * 32)
    with pytest.raises(InvalidArgumentError, match="handler"):
        receiver.deliver(7, HEADERS, BODY, secret=SECRET)
