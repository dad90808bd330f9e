"""Decoding: from the bytes of an answer to models, and back."""

from __future__ import annotations

from typing import Final

MAX_JSON_VALUES: Final = 500_000
"""How many values the JSON of an answer may have: some 60 MiB of objects at the worst."""
