"""Log drains: from the fields of a request to the URL that identifies a drain."""

from collections.abc import Callable, Mapping

from scalingo_async.sandbox.json_types import Json
from scalingo_async.sandbox.refusals import Refusal

__all__ = ["drain_url"]

_NEEDS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, str]], str]]] = {
    "appsignal": (("token",), lambda f: f"appsignal://{f['token']}"),
    "betterstack": (("token", "host"), lambda f: f"betterstack://{f['token']}@{f['host']}"),
    "datadog": (
        ("token", "drain_region"),
        lambda f: f"datadog://{f['token']}?region={f['drain_region']}",
    ),
    "elk": (("url",), lambda f: f["url"]),
    "logtail": (("token",), lambda f: f"logtail://{f['token']}"),
    "ovh-graylog": (("token", "host"), lambda f: f"ovh://:{f['token']}@{f['host']}:6514"),
    "papertrail": (("host", "port"), lambda f: f"papertrail://{f['host']}:{f['port']}"),
    "syslog": (("host", "port"), lambda f: f"syslog://{_user(f)}{f['host']}:{f['port']}"),
}


def _user(fields: Mapping[str, str]) -> str:
    return f":{fields['token']}@" if fields.get("token") else ""


def drain_url(fields: Json) -> str:
    """Return the URL of a drain; an empty string counts as missing."""
    kind = str(fields.get("type"))
    if kind not in _NEEDS:
        raise Refusal.invalid(type=["is not included in the list"])
    needed, build = _NEEDS[kind]
    given = {name: value for name, value in fields.items() if isinstance(value, str) and value}
    errors = {name: ["can't be blank"] for name in needed if name not in given}
    if errors:
        raise Refusal.invalid(**errors)
    return build(given)
