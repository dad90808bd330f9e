"""The types that JSON decodes to."""

from typing import Any

Json = dict[str, Any]
