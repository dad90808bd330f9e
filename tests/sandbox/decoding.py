"""Decodes the sandbox's answers as the package's own client does."""

import pkgutil
from importlib import import_module

from scalingo_async import resources
from scalingo_async._core.endpoint import Endpoint
from scalingo_async.request import Response
from scalingo_async.types import Headers

ENDPOINTS = {
    value.id: value
    for module in pkgutil.walk_packages(resources.__path__, f"{resources.__name__}.")
    for value in vars(import_module(module.name)).values()
    if isinstance(value, Endpoint)
}


def decode(operation, answer):
    """Return what the client's method would return; fail if it can't."""
    headers = Headers(answer.headers.items())
    response = Response(answer.status_code, headers, answer.content)
    return ENDPOINTS[operation].decode(response)
