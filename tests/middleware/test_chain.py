"""Putting middlewares around a transport."""

import pytest
from core.fakes import Script, request
from tables import each

from scalingo_async.errors import ConfigurationError
from scalingo_async.middleware.chain import check_middlewares, compose


@pytest.mark.anyio
async def test_the_first_is_the_outermost_and_each_sees_what_the_outer_changed():
    seen = []

    def middleware(name):
        async def handle(request, call_next):
            seen.append((name, dict(request.headers)))
            response = await call_next(request.with_headers({name: "1"}))
            seen.append((name, response.status_code))
            return response

        return handle

    end = Script(204)
    chain = compose([middleware("a"), middleware("b")], end)
    sent = request()
    assert (await chain(sent)).status_code == 204
    assert seen == [("a", {}), ("b", {"a": "1"}), ("b", 204), ("a", 204)]
    assert dict(end.requests[0].headers) == {"a": "1", "b": "1"}
    assert dict(sent.headers) == {}
    assert await compose([], end)(sent)


def test_what_a_middleware_is():
    async def function(request, call_next):
        return await call_next(request)

    class Instance:
        async def __call__(self, request, call_next):
            return await call_next(request)

        async def method(self, request, call_next):
            return await call_next(request)

    good = [function, Instance(), Instance().method]
    assert check_middlewares(good) == tuple(good)
    assert check_middlewares(iter(())) == ()


@each("bad", [None, 7, "x", lambda request, call_next: None, print, object()])
def test_what_is_not_one(bad):
    with pytest.raises(ConfigurationError, match="must be an async function of"):
        check_middlewares([bad])
