"""Deployments followed over real sockets: to their end, whatever happens to the connection."""

import json
import math
import traceback
from contextlib import asynccontextmanager

import anyio
import pytest
from sandbox_client import client_of, served

from scalingo_async import (
    APIConnectionError,
    AuthenticationError,
    ClientClosedError,
    DeploymentLog,
    DeploymentStarted,
    DeploymentStatus,
    InvalidArgumentError,
    NotFoundError,
    Secret,
    UntrustedURLError,
)
from scalingo_async.sandbox import ManualClock, Sandbox
from scalingo_async.sandbox.routes.deployments import _DeploymentFeed
from scalingo_async.streams import deployments
from scalingo_async.streams.deployments import DeploymentMessages, _authenticate, stream_url

ARCHIVE = "https://example.com/app.tar.gz"
MINUTE = 60.0


@asynccontextmanager
async def at(sandbox=None, **settings):
    """Serve a sandbox whose time stands still; yields it, a client and the name of an app."""
    sandbox = sandbox or Sandbox(
        apps=3, rate_limit=None, operation_time=MINUTE, clock=ManualClock()
    )
    sandbox.settings.keepalive = math.inf
    async with served(sandbox), client_of(sandbox, **settings) as client:
        yield sandbox, client, sandbox.apps()[0].name


async def deploy(client, app, **values):
    return await client.deployments.create(app, source_url=ARCHIVE, **values)


async def passing(clock, step):
    """Let the time of a sandbox pass, quickly."""
    while True:
        clock.advance(step)
        await anyio.sleep(0.001)


async def gather(events, clock, step=1):
    """Read all events while time passes."""
    found, problem = [], None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(passing, clock, step)
        try:
            with anyio.fail_after(30):
                async for event in events:
                    found.append(event)
        except Exception as error:
            problem = error
        tasks.cancel_scope.cancel()
    if problem is not None:
        raise problem
    return found


async def rest_of(events):
    """Read all events while time stands still."""
    with anyio.fail_after(30):
        return [event async for event in events]


async def all_closed(sandbox):
    """Wait until the sandbox has noticed that nobody listens any more."""
    with anyio.fail_after(20):
        while sandbox.open_streams:  # noqa: ASYNC110 - another thread knows
            await anyio.sleep(0.001)


def log_of(events):
    return "".join(event.content for event in events if isinstance(event, DeploymentLog))


def states_of(events):
    return [event.status for event in events if isinstance(event, DeploymentStatus)]


ALL = ["queued", "building", "pushing", "starting", "success"]


@pytest.mark.anyio
async def test_a_deployment_is_followed_to_its_end():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = await gather(events, sandbox.clock)
            with pytest.raises(StopAsyncIteration):
                await anext(events)
        await all_closed(sandbox)
        assert isinstance(found[0], DeploymentStarted)
        assert found[0].deployment_id == found[0].deployment.id == deployment.id
        assert found[-1] == DeploymentStatus(deployment.id, "success")
        assert states_of(found) == ALL
        assert events.status == "success"
        assert events.reconnects == 0
        assert {event.deployment_id for event in found} == {deployment.id}
        assert log_of(found) == await client.deployments.output(app, deployment.id)
        # Line by line, in the order in which it came: not all of it at the end.
        kinds = [type(event) for event in found]
        assert kinds.count(DeploymentLog) > 20
        assert kinds.index(DeploymentLog) < found.index(DeploymentStatus(deployment.id, "pushing"))
        # It was looked at once, when the stream was open.
        assert sandbox.count("deployments.get") == 1


@pytest.mark.anyio
@pytest.mark.parametrize("status", ["build-error", "crashed-error", "aborted"])
async def test_one_that_fails_ends_as_well(status):
    async with at() as (sandbox, client, app):
        sandbox.fail_next_deployment(status)
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = await gather(events, sandbox.clock)
        assert found[-1] == DeploymentStatus(deployment.id, status)
        assert found[-1].final
        assert not found[-1].succeeded
        assert log_of(found) == await client.deployments.output(app, deployment.id)


# -- cuts ------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_cut_behind_any_message_loses_and_doubles_nothing():
    async with at() as (sandbox, client, app):
        for messages in range(30):
            sandbox.inject("deployments.stream", messages=messages)
            deployment = await deploy(client, app)
            async with client.deployments.follow(app, deployment.id) as events:
                found = await gather(events, sandbox.clock, step=3)
            output = await client.deployments.output(app, deployment.id)
            assert log_of(found) == output, messages
            assert states_of(found)[-1] == "success", messages
            assert states_of(found) == sorted(set(states_of(found)), key=ALL.index), messages
            await all_closed(sandbox)
            sandbox.clear_faults()


@pytest.mark.anyio
async def test_a_cut_in_the_middle_of_a_message_as_well():
    async with at() as (sandbox, client, app):
        for size in (1, 2, 123, 345, 678):
            sandbox.inject("deployments.stream", bytes=size)
            deployment = await deploy(client, app)
            before = sandbox.count("deployments.stream")
            async with client.deployments.follow(app, deployment.id) as events:
                found = await gather(events, sandbox.clock, step=3)
            assert sandbox.count("deployments.stream") == before + 2, size
            output = await client.deployments.output(app, deployment.id)
            assert log_of(found) == output, size


@pytest.mark.anyio
async def test_many_cuts_are_no_more_than_one():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        for messages in range(2, 24, 2):
            sandbox.inject("deployments.stream", messages=messages)
        async with client.deployments.follow(app, deployment.id) as events:
            found = await gather(events, sandbox.clock)
        # How many depends on how much came at once.
        assert events.reconnects == sandbox.count("deployments.stream") - 1 > 3
        assert log_of(found) == await client.deployments.output(app, deployment.id)


@pytest.mark.anyio
async def test_an_end_between_two_connections_is_not_waited_for():
    async with at() as (sandbox, client, app):
        sandbox.inject("deployments.stream", messages=6)
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [await anext(events), await anext(events)]
            sandbox.clock.advance(MINUTE / 4)
            found += [await anext(events) for _ in range(6)]
            # The cut comes now, and when the stream is open again all is over.
            sandbox.clock.advance(MINUTE)
            found += await rest_of(events)
        assert events.reconnects == 1
        assert states_of(found)[-1] == "success"
        assert log_of(found) == await client.deployments.output(app, deployment.id)
        assert sandbox.count("deployments.output") == 2


@pytest.mark.anyio
async def test_it_gives_up_when_nothing_new_ever_comes():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        sandbox.clock.advance(MINUTE / 4)
        sandbox.inject("deployments.stream", messages=2, times=None)
        async with client.deployments.follow(app, deployment.id) as events:
            with pytest.raises(APIConnectionError, match="closed 11 times in a row"):
                async for _ in events:
                    pass
        assert sandbox.count("deployments.stream") == 11
        assert events.reconnects == 10


@pytest.mark.anyio
async def test_trouble_while_connecting_again_is_passed_over():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [await anext(events)]
            sandbox.inject("deployments.get", kind="status", status=503, times=4)
            sandbox.inject("deployments.stream", kind="close_before", times=3)
            sandbox.inject("apps.get", kind="close_after", times=4)
            sandbox.cut_streams()
            found += await gather(events, sandbox.clock)
        assert log_of(found) == await client.deployments.output(app, deployment.id)
        assert states_of(found)[-1] == "success"


@pytest.mark.anyio
async def test_a_deployment_that_is_gone_ends_it():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            await anext(events)
            await client.apps.delete(app, current_name=app)
            with pytest.raises(NotFoundError):
                async for _ in events:
                    pass
        await all_closed(sandbox)


# -- where it begins -------------------------------------------------------------------------


@pytest.mark.anyio
async def test_one_that_has_ended_gives_its_log_and_its_state(monkeypatch):
    # At once, not when the stream has been silent for a while.
    monkeypatch.setattr(deployments, "_FIRST_LOOK", 1000.0)
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        sandbox.clock.advance(MINUTE)
        async with client.deployments.follow(app, deployment.id) as events:
            found = await rest_of(events)
        output = await client.deployments.output(app, deployment.id)
        assert found[1:] == [
            DeploymentLog(deployment.id, output),
            DeploymentStatus(deployment.id, "success"),
        ]
        assert found[0].deployment.status == "success"


@pytest.mark.anyio
async def test_one_without_a_log_has_none():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        sandbox.get_app(app).deployments[deployment.id].output = None
        sandbox.clock.advance(MINUTE)
        async with client.deployments.follow(app, deployment.id) as events:
            assert [type(event) for event in [e async for e in events]] == [
                DeploymentStarted,
                DeploymentStatus,
            ]


@pytest.mark.anyio
@pytest.mark.parametrize("objects", [False, True])
async def test_without_an_id_it_is_the_next_one(objects):
    async with at() as (sandbox, client, app):
        sandbox.settings.deployment_objects = objects
        async with client.deployments.follow(app) as events:
            assert events.deployment_id is None
            deployment = await deploy(client, app)
            found = await gather(events, sandbox.clock)
        assert events.deployment_id == deployment.id
        assert isinstance(found[0], DeploymentStarted)
        assert found[0].deployment_id == deployment.id
        assert log_of(found) == await client.deployments.output(app, deployment.id)


@pytest.mark.anyio
async def test_without_an_id_it_is_the_one_under_way():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        sandbox.clock.advance(MINUTE / 2)
        async with client.deployments.follow(app) as events:
            assert events.deployment_id == deployment.id
            found = await gather(events, sandbox.clock)
        assert log_of(found) == await client.deployments.output(app, deployment.id)


@pytest.mark.anyio
@pytest.mark.parametrize("first", [True, False], ids=["the first one ever", "a later one"])
async def test_one_that_begins_and_ends_before_the_stream_is_open_is_the_next_one(first):
    made = []

    async def meanwhile(request, call_next):
        response = await call_next(request)
        # After the newest one was asked for, and before the stream is open.
        if request.endpoint.id == "apps.get" and not made:
            made.append("")
            made[0] = (await deploy(client, app)).id
            sandbox.clock.advance(MINUTE)
        return response

    async with at(middlewares=[meanwhile]) as (sandbox, client, app):
        if first:
            sandbox.get_app(app).deployments.clear()
        async with client.deployments.follow(app) as events:
            found = await rest_of(events)
        assert states_of(found) == ["success"]
        assert {event.deployment_id for event in found} == set(made)


@pytest.mark.anyio
async def test_another_deployment_of_the_app_is_left_out():
    async with at() as (sandbox, client, app):
        first = await deploy(client, app, git_ref="first")
        second = await deploy(client, app, git_ref="second")
        async with client.deployments.follow(app, second.id) as events:
            found = await gather(events, sandbox.clock)
        assert {event.deployment_id for event in found} == {second.id}
        assert "Revision: second" in log_of(found)
        assert "Revision: first" not in log_of(found)
        assert (await client.deployments.get(app, first.id)).status == "success"
        assert log_of(found) == await client.deployments.output(app, second.id)


@pytest.mark.anyio
async def test_a_silent_stream_is_not_believed(monkeypatch):
    """Nothing comes: as when the end falls between the question and the first message."""
    monkeypatch.setattr(_DeploymentFeed, "read", lambda self: [])
    monkeypatch.setattr(deployments, "_FIRST_LOOK", 0.01)
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [await anext(events), await anext(events)]
            sandbox.clock.advance(MINUTE)
            found += await rest_of(events)
        assert states_of(found) == ["queued", "success"]
        assert log_of(found) == await client.deployments.output(app, deployment.id)
        assert events.reconnects == 0


@pytest.mark.anyio
async def test_keepalives_are_no_news(monkeypatch):
    monkeypatch.setattr(_DeploymentFeed, "read", lambda self: [])
    monkeypatch.setattr(deployments, "_FIRST_LOOK", 0.05)
    async with at() as (sandbox, client, app):
        sandbox.settings.keepalive = 0.001
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [await anext(events), await anext(events)]
            sandbox.clock.advance(MINUTE)
            found += await rest_of(events)
        assert states_of(found) == ["queued", "success"]


@pytest.mark.anyio
async def test_news_of_others_do_not_hide_that_something_was_missed(monkeypatch):
    """The app goes on with its next deployment, and talks about that without a pause."""
    line = json.dumps({"type": "log", "id": "another", "data": {"content": "x"}})
    monkeypatch.setattr(_DeploymentFeed, "read", lambda self: [])
    monkeypatch.setattr(_DeploymentFeed, "keepalive", lambda self: line)
    monkeypatch.setattr(deployments, "_FIRST_LOOK", 0.05)
    async with at() as (sandbox, client, app):
        sandbox.settings.keepalive = 0.001
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = [await anext(events), await anext(events)]
            sandbox.clock.advance(MINUTE)
            found += await rest_of(events)
        assert states_of(found) == ["queued", "success"]


# -- the token -------------------------------------------------------------------------------


def expiring(sandbox_of):
    """Let the token expire at the last moment, when it is about to be sent over the stream."""
    done = []

    async def middleware(request, call_next):
        response = await call_next(request)
        if request.endpoint.id == "deployments.stream" and not done:
            done.append(sandbox_of().expire_bearers())
        return response

    return middleware


@pytest.mark.anyio
async def test_a_token_that_was_refused_is_replaced_once():
    async with at(middlewares=[expiring(lambda: sandbox)]) as (sandbox, client, app):
        deployment = await deploy(client, app)
        exchanges = sandbox.exchanges
        sandbox.settings.keepalive = 0.01
        url = (await client.apps.get(app)).links.deployments_stream
        async with client.deployments.stream(url) as messages:
            message = await anext(messages)
        assert message.type == "ping"
        assert sandbox.exchanges == exchanges + 1
        assert sandbox.count("deployments.stream") == 2
        assert deployment.id


@pytest.mark.anyio
async def test_a_follower_gets_over_a_token_that_was_refused():
    async with at(middlewares=[expiring(lambda: sandbox)]) as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            found = await gather(events, sandbox.clock)
        assert log_of(found) == await client.deployments.output(app, deployment.id)


@pytest.mark.anyio
async def test_a_token_that_is_refused_twice_is_an_error():
    async with at() as (sandbox, client, app):
        url = (await client.apps.get(app)).links.deployments_stream
        async with (
            client_of(sandbox, bearer_token="of-nobody") as other,
            other.deployments.stream(url) as messages,
        ):
            with pytest.raises(AuthenticationError, match="closed twice right after the token"):
                await anext(messages)
        assert sandbox.count("deployments.stream") == 2
        await all_closed(sandbox)


BAD_URLS = [
    "wss://deployments.evil.example/apps/x",
    "wss://scalingo.com.evil.example/apps/x",
    "wss://user@deployments.scalingo.com/apps/x",
    "ws://deployments.scalingo.com/apps/x",
    "ws://192.168.0.1/apps/x",
    "https://deployments.scalingo.com/apps/x",
    "/apps/x",
    "",
]


@pytest.mark.anyio
@pytest.mark.parametrize("url", BAD_URLS)
async def test_the_token_goes_to_no_other_host(url):
    async with at() as (sandbox, client, _app):
        with pytest.raises(UntrustedURLError):
            async with client.deployments.stream(url):
                pass
        assert sandbox.exchanges == 0


@pytest.mark.anyio
async def test_the_token_does_not_show_when_it_can_not_be_sent():
    class Broken:
        async def send(self, text):
            assert "canary" in text
            raise APIConnectionError("broken")

    with pytest.raises(APIConnectionError) as caught:
        await _authenticate(Broken(), Secret("canary"))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    # The frames below have it; they are gone.
    assert [frame.name for frame in shown.stack][1:] == ["_authenticate"]
    assert "canary" not in str(shown.stack[-1].locals)
    assert caught.value.__context__ is None


@pytest.mark.anyio
async def test_the_token_does_not_show_when_sending_it_is_cancelled():
    class Silent:
        async def send(self, text):
            await anyio.sleep_forever()

    with anyio.move_on_after(0):
        try:
            await _authenticate(Silent(), Secret("canary"))
        except anyio.get_cancelled_exc_class() as error:
            shown = traceback.TracebackException.from_exception(error, capture_locals=True)
            assert [frame.name for frame in shown.stack][1:] == ["_authenticate"]
            raise


@pytest.mark.anyio
async def test_taking_a_newer_token_can_be_cancelled():
    async with at(middlewares=[expiring(lambda: sandbox)]) as (sandbox, client, app):
        url = (await client.apps.get(app)).links.deployments_stream
        asked = []

        async def fetch_url():
            asked.append(1)
            if len(asked) == 2:
                await anyio.sleep_forever()
            return await stream_url(client._session, url)

        sandbox.settings.keepalive = 0.01
        async with DeploymentMessages(client._session, fetch_url) as messages:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(messages.__anext__)
                while len(asked) < 2:  # noqa: ASYNC110 - nobody tells
                    await anyio.sleep(0.001)
                tasks.cancel_scope.cancel()
            assert (await anext(messages)).type == "ping"
        assert len(asked) == 3
        with pytest.raises(ClientClosedError, match="is not open"):
            await anext(messages)
        await all_closed(sandbox)


# -- how it is used --------------------------------------------------------------------------


@pytest.mark.anyio
async def test_the_messages_come_as_models():
    async with at() as (sandbox, client, app):
        sandbox.settings.keepalive = 0.01
        url = (await client.apps.get(app)).links.deployments_stream
        async with client.deployments.stream(url) as messages:
            assert (await anext(messages)).type == "ping"
            deployment = await deploy(client, app)
            sandbox.clock.advance(MINUTE / 8)
            found = []
            async for message in messages:
                found.append(message)
                if message.type == "log":
                    break
            found = [m for m in found if m.type != "ping"]
            assert [m.type for m in found] == ["new", "status", "log"]
            assert found[0].data == {"deployment": deployment.id}
            assert {m.id for m in found[1:]} == {deployment.id}
            sandbox.cut_streams()
            assert {m.type async for m in messages} <= {"ping", "log"}
        await all_closed(sandbox)


@pytest.mark.anyio
async def test_reading_can_be_cancelled_at_any_moment():
    """A reader that is cancelled again and again misses nothing."""
    async with at() as (sandbox, client, app):
        sandbox.inject("deployments.stream", messages=9)
        deployment = await deploy(client, app)
        found = []
        async with client.deployments.follow(app, deployment.id) as events:
            patience = 0
            while not states_of(found) or states_of(found)[-1] != "success":
                async with anyio.create_task_group() as tasks:

                    async def read():
                        found.append(await anext(events))
                        tasks.cancel_scope.cancel()

                    tasks.start_soon(read)
                    for _ in range(patience):
                        await anyio.lowlevel.checkpoint()
                    before = len(found)
                    tasks.cancel_scope.cancel()
                patience = 0 if len(found) > before else patience + 7
                if len(found) > before or patience > 150:
                    sandbox.clock.advance(1)
        assert log_of(found) == await client.deployments.output(app, deployment.id)
        await all_closed(sandbox)


@pytest.mark.anyio
async def test_leaving_early_closes_the_connection():
    async with at() as (sandbox, client, app):
        deployment = await deploy(client, app)
        async with client.deployments.follow(app, deployment.id) as events:
            await anext(events)
        await all_closed(sandbox)
        with pytest.raises(ClientClosedError, match="use it inside of its block"):
            await anext(events)
        with pytest.raises(ClientClosedError, match="can be entered once"):
            async with events:
                pass
        messages = client.deployments.stream("wss://deployments.scalingo.com/apps/x")
        with pytest.raises(ClientClosedError, match="use it inside of its block"):
            await anext(messages)


@pytest.mark.anyio
async def test_a_deployment_that_is_not_there_is_an_error_at_once():
    async with at() as (sandbox, client, app):
        with pytest.raises(NotFoundError):
            async with client.deployments.follow(app, "123e4567-e89b-12d3-a456-426655440000"):
                pass
        await all_closed(sandbox)


@pytest.mark.anyio
async def test_wrong_arguments_are_refused_before_anything_is_sent():
    async with at() as (sandbox, client, app):
        for call in (
            lambda: client.deployments.follow(".."),
            lambda: client.deployments.follow(app, ""),
            lambda: client.deployments.follow(app, silence=0),
            lambda: client.deployments.follow(app, silence=True),
            lambda: client.deployments.follow(app, nonsense=1),
            lambda: client.deployments.stream("wss://x.scalingo.com", silence=math.nan),
            lambda: client.deployments.stream("wss://x.scalingo.com", nonsense=1),
        ):
            with pytest.raises(InvalidArgumentError):
                call()
        assert sandbox.requests == []
