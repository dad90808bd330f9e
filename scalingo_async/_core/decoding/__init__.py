"""Decoding: from the bytes of a response to models, and back."""

from __future__ import annotations

from typing import Final

MAX_JSON_VALUES: Final = 500_000
"""How many values the JSON of a response may have: at worst about 60 MiB of objects."""
