"""Programs are tested with mocks of the client: `unittest.mock` works on all that hangs on it."""

import inspect
from asyncio import coroutines, iscoroutinefunction
from functools import cached_property
from operator import attrgetter
from unittest.mock import AsyncMock, MagicMock, NonCallableMagicMock, create_autospec, patch

import pytest
from api_facts import FakeTransport, client_of, made, methods
from tables import each

from scalingo_async import AsyncClient, Page
from scalingo_async._core.resource_property import _mark_by_attribute
from scalingo_async.models import App
from scalingo_async.resources.base import Resource
from scalingo_async.waiting.pending import PendingOperation

pytestmark = pytest.mark.anyio

METHODS = [path for path, _ in methods(client_of(FakeTransport()))]
RESOURCES = sorted({path.rpartition(".")[0] for path in METHODS})
COROUTINES = [
    path
    for path, method in methods(client_of(FakeTransport()))
    if inspect.iscoroutinefunction(method)
]


@pytest.fixture
def client():
    return client_of(FakeTransport())


def test_the_surface_is_seen():
    assert len(METHODS) > 250
    assert len(COROUTINES) > 150
    assert {"apps", "databases.backups", "events.types"} <= set(RESOURCES)


@each("path", METHODS)
def test_every_method_can_be_patched(path, client):
    owner, _, name = path.rpartition(".")
    resource = attrgetter(owner)(client)
    before = getattr(resource, name)
    with patch.object(resource, name, return_value="mine"):
        assert attrgetter(path)(client).return_value == "mine"
    assert attrgetter(path)(client) == before
    assert name not in vars(resource)


@each("path", RESOURCES)
def test_every_resource_can_be_patched_and_is_made_once(path, client):
    owner, _, name = path.rpartition(".")
    parent = attrgetter(owner)(client) if owner else client
    assert attrgetter(path)(client) is attrgetter(path)(client)
    with patch.object(parent, name, "mine"):
        assert attrgetter(path)(client) == "mine"
    assert isinstance(attrgetter(path)(client), Resource)


@pytest.fixture(scope="module")
def whole():
    return create_autospec(AsyncClient, instance=True)


@pytest.fixture(scope="module")
def of_class():
    return create_autospec(AsyncClient)


@each("path", METHODS)
def test_a_spec_of_the_client_has_every_method(path, whole, client):
    mock = attrgetter(path)(whole)
    real = attrgetter(path)(client)
    assert isinstance(mock, AsyncMock) == inspect.iscoroutinefunction(real)
    kinds = [parameter.kind for parameter in inspect.signature(real).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        # It takes what the method takes.
        with pytest.raises(TypeError):
            mock(*range(99))


@each("path", RESOURCES)
def test_a_spec_of_the_client_has_nothing_else(path, whole, of_class):
    for spec in (whole, of_class.return_value):
        resource = attrgetter(path)(spec)
        assert isinstance(resource, NonCallableMagicMock)
        with pytest.raises(AttributeError):
            resource.no_such_method  # noqa: B018
    with pytest.raises(AttributeError):
        whole.no_such_resource  # noqa: B018


@each("kind", [lambda: AsyncMock(spec=AsyncClient), lambda: MagicMock(spec_set=AsyncClient)])
def test_a_mock_with_the_spec_of_the_client_is_awaited(kind):
    mock = kind()
    for path in COROUTINES:
        assert isinstance(attrgetter(path)(mock), AsyncMock)
    with pytest.raises(AttributeError):
        mock.no_such_resource  # noqa: B018


async def test_how_people_test():
    async def names(client):
        async with client:
            await client.apps.restart("shop")
            return [app.name for app in await client.apps.list()]

    specced = create_autospec(AsyncClient, instance=True)
    specced.apps.list = AsyncMock()
    for client in (specced, AsyncMock(spec=AsyncClient)):
        client.apps.list.return_value = Page([made(App, name="shop")])
        assert await names(client) == ["shop"]
        client.apps.restart.assert_awaited_once_with("shop")


@each("path", ["get", "backups.list", "operations.get", "users.list"])
def test_handles_of_databases_too(path, client):
    handle = client.database("app", "ad-1")
    owner, _, name = path.rpartition(".")
    with patch.object(attrgetter(owner)(handle) if owner else handle, name, "mine"):
        assert attrgetter(path)(handle) == "mine"
    assert callable(attrgetter(path)(handle))


def test_operations_too():
    operation = PendingOperation("app", "op", None, None)
    with patch.object(operation, "wait", "mine"):
        assert operation.wait == "mine"


def test_what_a_class_shows_belongs_to_no_client():
    for name in vars(Resource.__subclasses__()[0]):
        assert name != "_is_coroutine"
    assert isinstance(inspect.getattr_static(AsyncClient, "apps"), cached_property)
    assert isinstance(AsyncClient.apps, Resource)
    assert AsyncClient.apps is not AsyncClient.apps
    assert not inspect.iscoroutinefunction(client_of(FakeTransport()).apps)


def test_mocks_know_what_is_awaited_on_any_python():
    assert iscoroutinefunction(AsyncClient.apps)
    resource = client_of(FakeTransport()).apps
    _mark_by_attribute(resource)
    # That is how asyncio knew it before Python 3.12.
    assert resource._is_coroutine is getattr(coroutines, "_is_coroutine", True)
