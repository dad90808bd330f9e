"""Models: exit codes of one-off containers."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "OneOffExit",
]


@attrs.define(kw_only=True)
class OneOffExit(Model):
    """The exit status of a one-off container.

    Attributes:
        exit_code: Exit status of its command.
    """

    exit_code: int
