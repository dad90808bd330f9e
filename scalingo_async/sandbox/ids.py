"""Ids and secrets in the platform's formats, from a seeded generator."""

import random
import string

__all__ = ["Ids"]

_LETTERS = string.ascii_letters + string.digits + "-_"


class Ids:
    """Generates ids. The same seed and the same calls give the same ids.

    Args:
        seed: Anything that `random.Random` takes.
        guarded: Whether secrets come from the system's randomness, so that they can't be derived
            from the seed. Ids are the same either way.
    """

    def __init__(self, seed: int | str, *, guarded: bool = False) -> None:
        self.random = random.Random(seed)
        self._system = random.SystemRandom() if guarded else None

    def hex(self, digits: int = 24) -> str:
        """Return an id of hexadecimal digits; apps, events and backups have 24."""
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"

    def uuid(self) -> str:
        """Return a random UUID (version 4)."""
        bits = self.random.getrandbits(128)
        bits = bits & ~(0xF << 76) | (4 << 76)
        bits = bits & ~(0x3 << 62) | (2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def prefixed(self, prefix: str) -> str:
        """Return a UUID with a prefix, such as `us-…` for users and `ad-…` for addons."""
        return f"{prefix}-{self.uuid()}"

    def secret(self, length: int = 48) -> str:
        """Return a URL-safe string of letters, digits, `-` and `_`."""
        letters = self.random.choices(_LETTERS, k=length)
        if self._system is not None:
            letters = self._system.choices(_LETTERS, k=length)
        return "".join(letters)
