"""Models: exit codes of one-off containers."""

import attrs

from scalingo_async.models.base import Model

__all__ = [
    "OneOffExit",
]


@attrs.define(kw_only=True)
class OneOffExit(Model):
    """How a one-off container ended.

    Attributes:
        exit_code: Exit status of its command.
    """

    exit_code: int
