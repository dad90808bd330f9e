"""JSON drawn at random, as the strategies of json_strategies.py draw it, but many times cheaper.

What is tested model by model uses these: a seed names a case, and nothing is made smaller.
"""

import random
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from scalingo_async._core.decoding.plans import split_optional
from scalingo_async.models.base import Model, fields_of, key_of

TEXTS = ["", "a", "0", "é", "\0", "\n", '"', "\\", "\U0001f984", "\u2028", "text", "x" * 40,
         "false", "None", "0001-01-01T00:00:00Z", "2026-02-30", "2026-01-02",
         "2026-01-02T03:04:05", "2026-01-02T03:04:05.678+02:00"]  # fmt: skip
WHOLE = [0, 1, -1, 2, 127, 255, 65_536, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63)]
NUMBERS = [0.0, -0.0, 1.0, 1.5, -1e-9, 5e-324, 1e308, -2.5e17, 2.0**53]
ZONES = [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11, minutes=-30)), None]


class Samples:
    """Draws JSON; the same seed draws the same."""

    def __init__(self, *seed: object) -> None:
        self.random = random.Random(repr(seed))

    def text(self) -> str:
        if self.random.random() < 0.5:
            return self.random.choice(TEXTS)
        points = [
            self.random.choice([0x7F, 0x2FF, 0xD7FF]) for _ in range(self.random.randrange(7))
        ]
        return "".join(chr(self.random.randint(0, most)) for most in points)

    def whole(self) -> int:
        if self.random.random() < 0.5:
            return self.random.choice(WHOLE)
        return self.random.randint(-(2**63), 2**63 - 1)

    def number(self) -> float:
        if self.random.random() < 0.3:
            return self.random.randint(-5, 5)
        return self.random.choice([*NUMBERS, self.random.uniform(-1e6, 1e6)])

    def moment(self) -> str:
        # Dates of the years in which nothing happened are often those of another meaning.
        year = self.random.choice([1, 2, 1970, 2000, 2026, 9999, self.random.randint(1, 9999)])
        made = datetime(
            year, self.random.randint(1, 12), self.random.randint(1, 28), self.random.randrange(24),
            self.random.randrange(60), self.random.randrange(60),
            self.random.choice([0, 1, 999_999, self.random.randrange(10**6)]),
            tzinfo=self.random.choice(ZONES),
        )  # fmt: skip
        return made.isoformat()

    def day(self) -> str:
        return date.fromordinal(self.random.randint(1, date.max.toordinal())).isoformat()

    def anything(self, depth: int = 0) -> typing.Any:
        draw = self.random.randrange(6 if depth > 2 else 8)
        if draw == 6:
            return [self.anything(depth + 1) for _ in range(self.random.randrange(4))]
        if draw == 7:
            return {self.text(): self.anything(depth + 1) for _ in range(self.random.randrange(4))}
        return [
            lambda: None,
            lambda: self.random.random() < 0.5,
            self.whole,
            self.number,
            self.text,
            self.moment,
        ][draw]()

    def fitting(self, kind: typing.Any) -> typing.Any:
        """JSON that a type is decoded from."""
        inner, nullable = split_optional(kind)
        if nullable and self.random.random() < 0.3:
            return None
        if isinstance(inner, type) and issubclass(inner, Model):
            return self.object(inner, self.fitting)
        if typing.get_origin(inner) is list:
            item = typing.get_args(inner)[0]
            return [self.fitting(item) for _ in range(self.random.randrange(3))]
        if typing.get_origin(inner) is dict:
            item = typing.get_args(inner)[1]
            return {self.text(): self.fitting(item) for _ in range(self.random.randrange(3))}
        return {
            str: self.text,
            int: self.whole,
            bool: lambda: self.random.random() < 0.5,
            float: self.number,
            datetime: self.moment,
            date: self.day,
            timedelta: lambda: self.random.randint(-(10**9), 10**9),
        }.get(inner, self.anything)()

    def nearly(self, kind: typing.Any) -> typing.Any:
        """JSON that a type may be decoded from, or not."""
        return self.fitting(kind) if self.random.randrange(10) else self.wrong()

    def wrong(self) -> typing.Any:
        """Anything, as often as not in a list or an object: what is wrong may be an item."""
        form = self.random.randrange(4)
        if form == 0:
            return [self.anything() for _ in range(self.random.randint(1, 2))]
        return {self.text(): self.anything()} if form == 1 else self.anything()

    def object(
        self, cls: type[Model], value: Callable[[typing.Any], typing.Any]
    ) -> dict[str, typing.Any]:
        """An object with the keys of a model, optional ones left out at times, and others."""
        # Some objects have nearly everything, some nearly nothing.
        rate = self.random.choice([0.1, 0.5, 0.9])
        known = {
            key_of(field): value(field.type)
            for field in fields_of(cls)
            if not split_optional(field.type)[1] or self.random.random() < rate
        }
        return {**self.others(), **known}

    def others(self) -> dict[str, typing.Any]:
        """Keys that no model has."""
        return {
            "".join(self.random.choices("xyz", k=self.random.randint(4, 5))): self.anything()
            for _ in range(self.random.randrange(3))
        }

    def disturbed(self, data: dict[str, typing.Any]) -> dict[str, typing.Any]:
        """The same object with other keys: in any order, some dropped, some with other values."""
        pairs = list(data.items())
        self.random.shuffle(pairs)
        some = dict(pairs[self.random.randint(0, len(pairs)) // 4 :])
        if self.random.random() < 0.5:
            return some
        keys = self.random.choices([*data, "new", "newer"], k=self.random.randrange(3))
        return {**some, **{key: self.wrong() for key in keys}}
