"""Models: environment variables of an app."""

import attrs

from scalingo_async.models.base import Model, masked

__all__ = [
    "Variable",
]


@attrs.define(kw_only=True)
class Variable(Model):
    """An environment variable of an app.

    Attributes:
        id: Id of the variable.
        name: Name.
        value: Value as it was set; with `aliases=False`, the resolved value. A secret.
    """

    id: str
    name: str
    value: str = attrs.field(repr=masked)
