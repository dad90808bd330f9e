"""Threads, event loops, callbacks and interruptions: what a call that blocks may meet."""

import asyncio
import concurrent.futures
import gc
import os
import signal
import threading
import weakref

import anyio
import pytest
import trio
from api_facts import FakeTransport, answer_to

from blocking.secret_canaries import VALUE, frames_of
from scalingo_async import (
    ClientClosedError,
    EventLoopError,
    Headers,
    Limiter,
    Response,
    ScalingoError,
)
from scalingo_async.blocking import Client, bulk

SETTINGS = {"bearer_token": "bearer", "rate_limit": None, "max_retries": 0}
PATIENCE = 10


def answering():
    return FakeTransport(200, answer_to("apps.get"))


class Stalling:
    """A transport that does not answer until somebody lets it, and says what becomes of a call."""

    def __init__(self, on_request=None):
        self.began = threading.Semaphore(0)
        self.cancelled = 0
        self.closed = 0
        self.answers = False
        self._on_request = on_request

    async def send(self, request):
        if self.answers:
            return Response(200, Headers(), answer_to("apps.get"))
        self.began.release()
        if self._on_request is not None:
            self._on_request()
        try:
            await anyio.sleep_forever()
        except BaseException:
            self.cancelled += 1
            raise

    async def aclose(self):
        self.closed += 1


def in_a_thread(function, *args):
    """Start a thread; returns what waits for what it returns or raises."""
    future = concurrent.futures.Future()

    def run():
        try:
            future.set_result(function(*args))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def portals():
    return [t for t in threading.enumerate() if t.name == "scalingo-blocking" and t.is_alive()]


def test_64_threads_share_a_client_and_its_thread():
    transport = answering()
    before = len(portals())
    with Client(transport=transport, **SETTINGS) as client:
        barrier = threading.Barrier(64)

        def work(number):
            barrier.wait(PATIENCE)
            return [client.apps.get(f"app-{number}-{n}").id for n in range(5)]

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            assert len(list(pool.map(work, range(64)))) == 64
        assert len(portals()) == before + 1
    assert len({request.url for request in transport.requests}) == 320
    assert len(portals()) == before


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_in_an_event_loop_is_refused_with_the_way_out(backend):
    transport = answering()

    async def main(client):
        for call in (
            lambda: client.apps.get("app"),
            lambda: list(client.apps.list()),
            lambda: client.apps.list().page(),
            lambda: client.logs.stream("app").__enter__(),
            lambda: client.operations.pending("app", "op").wait(),
        ):
            with pytest.raises(EventLoopError, match=r"use AsyncClient here, .* asyncio.to_thread"):
                call()
        # This is the way out.
        return await anyio.to_thread.run_sync(client.apps.get, "app")

    with Client(transport=transport, **SETTINGS) as client:
        assert anyio.run(main, client, backend=backend).id
        assert client.region_name == "osc-fr1"
    assert len(transport.requests) == 1


def test_a_context_that_was_copied_to_a_thread_is_no_event_loop():
    """As asgiref does for Django's sync views."""
    import contextvars

    with Client(transport=answering(), **SETTINGS) as client:

        async def main():
            context = contextvars.copy_context()
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, context.run, client.apps.get, "app")

        assert anyio.run(main).id
        assert trio.run(trio.to_thread.run_sync, client.apps.get, "app").id


def test_a_callback_that_blocks_is_refused_and_does_not_hang():
    seen = []

    def again(_):
        try:
            client.apps.get("app")
        except EventLoopError as error:
            seen.append(str(error))

    async def middleware(request, call_next):
        again(request)
        return await call_next(request)

    with Client(transport=answering(), middlewares=[middleware], **SETTINGS) as client:
        client.apps.get("app")
        bulk.map(client.apps.get, ["app"], on_progress=again).report()
    assert len(seen) == 3
    assert all("client's own event loop" in text for text in seen)


def test_a_client_is_not_closed_in_its_own_thread():
    async def middleware(request, call_next):
        with pytest.raises(EventLoopError, match="can't be closed"):
            client.close()
        return await call_next(request)

    with Client(transport=answering(), middlewares=[middleware], **SETTINGS) as client:
        assert client.apps.get("app").id
    assert client.closed


def test_ctrl_c_cancels_the_call_and_leaves_the_client_usable():
    transport = Stalling(on_request=lambda: os.kill(os.getpid(), signal.SIGINT))
    with Client(transport=transport, **SETTINGS) as client:
        for call in (
            lambda: client.apps.get("app"),
            lambda: list(client.apps.list()),
            lambda: bulk.map(client.apps.get, ["a", "b"], concurrency=1).report(),
            lambda: bulk.map(lambda app: client.apps.get(app), ["a"]).report(),
        ):
            before = transport.cancelled
            with pytest.raises(KeyboardInterrupt):
                call()
            # It has ended before this goes on.
            assert transport.cancelled == before + 1
        transport.answers = True
        assert client.apps.get("app").id


def test_whatever_a_signal_raises_cancels_the_call():
    """As Celery's soft time limit does, and the timeouts of gunicorn."""

    class TimeIsUpError(Exception):
        pass

    def raise_(*_):
        raise TimeIsUpError

    old = signal.signal(signal.SIGUSR1, raise_)
    transport = Stalling(on_request=lambda: os.kill(os.getpid(), signal.SIGUSR1))
    try:
        with Client(transport=transport, **SETTINGS) as client, pytest.raises(TimeIsUpError):
            client.apps.get("app")
    finally:
        signal.signal(signal.SIGUSR1, old)
    assert transport.cancelled == 1


def test_close_ends_the_calls_of_other_threads_and_the_thread():
    transport, before = Stalling(), len(portals())
    client = Client(transport=transport, **SETTINGS)
    calls = [in_a_thread(client.apps.get, "app") for _ in range(3)]
    for _ in calls:
        assert transport.began.acquire(timeout=PATIENCE)
    client.close()
    for call in calls:
        with pytest.raises(ClientClosedError):
            call.result(PATIENCE)
    assert (transport.closed, len(portals())) == (1, before)
    client.close()
    with pytest.raises(ClientClosedError, match="make a new one"):
        client.apps.get("app")
    with pytest.raises(ClientClosedError):
        list(client.apps.list())
    assert client.closed
    assert "closed" in repr(client)


def test_a_client_that_did_nothing_has_no_thread_and_closes():
    before = len(portals())
    with Client(transport=answering(), **SETTINGS) as client:
        assert not client.closed
        assert client.region("osc-secnum-fr1").region_name == "osc-secnum-fr1"
    assert client.closed
    assert len(portals()) == before


def test_a_copy_that_is_closed_closes_both():
    client = Client(transport=answering(), **SETTINGS)
    client.with_options(timeout=3).close()
    with pytest.raises(ClientClosedError):
        client.apps.get("app")


def test_a_forgotten_client_ends_its_thread():
    client = Client(transport=answering(), **SETTINGS)
    client.apps.get("app")
    thread = client._door.portal.thread
    gone = weakref.ref(client)
    apps = client.apps
    del client
    gc.collect()
    # What hangs on it keeps it usable.
    assert apps.get("app").id
    del apps
    gc.collect()
    assert gone() is None
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_what_comes_of_a_call_is_not_kept():
    with Client(transport=answering(), **SETTINGS) as client:
        app = client.apps.get("app")
        gone = weakref.ref(app)
        gc.collect()
        gc.disable()
        try:
            del app
            # The loop may not be done with a call that has returned; with the next one it is.
            client.apps.get("app")
            assert gone() is None
        finally:
            gc.enable()


def test_no_frame_shows_a_secret_that_a_call_was_given():
    """Neither those that wait nor those that an error passes."""
    transport = FakeTransport(404, b"{}")
    seen = []

    async def middleware(request, call_next):
        main = threading.main_thread().ident
        seen.extend(frames_of(main))
        return await call_next(request)

    with Client(transport=transport, middlewares=[middleware], **SETTINGS) as client:
        for call in (
            lambda value: client.variables.create("app", name="A", value=value),
            lambda value: client.variables.set("app", {"A": value}),
        ):
            with pytest.raises(ScalingoError) as caught:
                call(VALUE[:])
            trace = caught.value.__traceback__
            while trace is not None:
                if "/blocking/" in trace.tb_frame.f_code.co_filename and (
                    "/tests/" not in trace.tb_frame.f_code.co_filename
                ):
                    seen.append(repr(trace.tb_frame.f_locals))
                trace = trace.tb_next
        with pytest.raises(ScalingoError):
            client.variables.create("app", name=7, value=VALUE)
    assert seen
    assert not [text for text in seen if VALUE in text]


def test_what_the_loop_may_be_changing_is_looked_at_there():
    """A limiter forgets while it is looked at; two threads at once would forget too much."""
    seen = []

    class Limits:
        def get(self, key, limit, most):
            return Watched(limit, max_in_flight=most)

    class Watched(Limiter):
        def status(self):
            seen.append(threading.current_thread().name)
            return super().status()

        def forecast(self, requests):
            seen.append(threading.current_thread().name)
            return super().forecast(requests)

    settings = {**SETTINGS, "rate_limit": (60, 60.0), "limiters": Limits()}
    with Client(transport=answering(), **settings) as client:
        assert client.rate_limit.used == 0
        client.apps.get("app")
        assert client.rate_limit.used == 1
        assert client.estimate(3) == bulk.estimate(3, client) == 0.0
    assert client.rate_limit.used == 1
    assert seen == ["MainThread", *["scalingo-blocking"] * 3, "MainThread"]
