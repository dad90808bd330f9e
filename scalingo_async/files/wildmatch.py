"""The patterns of git, matched byte by byte like in git's own matcher (wildmatch).

Patterns are not translated to regular expressions or passed to a library: their classes, ranges and
escapes differ from git's, and between versions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

__all__ = ["NameTest", "PathTest", "name_test", "path_test"]

T = TypeVar("T")

NameTest: TypeAlias = Callable[[bytes], bool]
"""Returns whether one part of a path matches; lower case if the pattern was folded."""

PathTest: TypeAlias = Callable[[Sequence[bytes]], bool]
"""Returns whether all parts of a path match."""

_Byte: TypeAlias = frozenset[int]

_BACKSLASH, _CARET, _COLON, _DASH, _SLASH = b"\\^:-/"
_BANG, _CLOSE, _OPEN, _QUESTION, _STAR = b"!][?*"
_SPECIAL: Final = frozenset(b"*?[\\")
_ALL: Final = frozenset(range(1, 0x100)) - {_SLASH}

_DIGITS: Final = frozenset(b"0123456789")
_LOWER: Final = frozenset(range(ord("a"), ord("z") + 1))
_UPPER: Final = frozenset(range(ord("A"), ord("Z") + 1))
_PRINTED: Final = frozenset(range(0x20, 0x7F))
_LETTERS: Final = _LOWER | _UPPER
_CLASSES: Final[dict[bytes, _Byte]] = {
    b"alnum": _LETTERS | _DIGITS,
    b"alpha": _LETTERS,
    b"blank": frozenset(b" \t"),
    b"cntrl": frozenset({*range(0x20), 0x7F}),
    b"digit": _DIGITS,
    b"graph": _PRINTED - {0x20},
    b"lower": _LOWER,
    b"print": _PRINTED,
    b"punct": _PRINTED - {0x20} - _LETTERS - _DIGITS,
    # Without the vertical tab and the form feed.
    b"space": frozenset(b" \t\n\r"),
    b"upper": _UPPER,
    b"xdigit": _DIGITS | frozenset(b"abcdefABCDEF"),
}


class _Stars:
    """A run of stars.

    Attributes:
        double: Whether there are two or more.
        first: Whether only plain text is before it.
    """

    __slots__ = ("double", "first")

    def __init__(self, *, double: bool, first: bool) -> None:
        self.double = double
        self.first = first


class _Slash:
    """The end of a part; if it is escaped by a backslash, `**` can't match nothing."""

    __slots__ = ("escaped",)

    def __init__(self, *, escaped: bool) -> None:
        self.escaped = escaped


_Token: TypeAlias = _Byte | _Stars | _Slash
_Step: TypeAlias = list[_Byte | _Stars]
_Steps: TypeAlias = list[_Step | None]
"""The parts of a path; `None` stands for any number of parts."""

_ONE_STAR: Final = _Stars(double=False, first=False)


def name_test(pattern: bytes, *, fold: bool) -> NameTest | None:
    """Make the test of a name, for a pattern without a slash.

    Args:
        pattern: The pattern.
        fold: Compare case-insensitively (ASCII letters), like git with `core.ignoreCase`; the names
            must be in lower case then.

    Returns:
        The test; `None` if nothing can match.
    """
    tokens = _tokens(pattern, fold=fold)
    if tokens is None:
        return None
    return _name_test_of([token for token in tokens if not isinstance(token, _Slash)])


def path_test(pattern: bytes, *, fold: bool) -> PathTest | None:
    """Make the test of a path, for a pattern with a slash, the leading one removed.

    Args:
        pattern: The pattern.
        fold: As for `name_test`.

    Returns:
        The test; `None` if nothing can match.
    """
    tokens = _tokens(pattern, fold=fold)
    if tokens is None:
        return None
    tests = [_path_test_of(steps) for steps in _paths(tokens)]
    if len(tests) == 1:
        return tests[0]
    return lambda path: any(test(path) for test in tests)


# -- reading ---------------------------------------------------------------------------------


def _tokens(pattern: bytes, *, fold: bool) -> list[_Token] | None:
    # For git, a pattern ends at the NUL byte, which no name has.
    text = pattern + b"\0"
    tokens: list[_Token] = []
    position, plain = 0, True
    while byte := text[position]:
        if byte not in _SPECIAL:
            position += 1
            tokens.append(_Slash(escaped=False) if byte == _SLASH else _exactly(byte, fold=fold))
            continue
        found = _special(text, position, plain=plain, fold=fold)
        if found is None:
            return None
        token, position = found
        tokens.append(token)
        plain = False
    return tokens


def _special(text: bytes, position: int, *, plain: bool, fold: bool) -> tuple[_Token, int] | None:
    byte = text[position]
    if byte == _STAR:
        end = position + 1
        while text[end] == _STAR:
            end += 1
        return _Stars(double=end > position + 1, first=plain), end
    if byte == _QUESTION:
        return _ALL, position + 1
    if byte == _OPEN:
        return _bracket(text, position + 1, fold=fold)
    literal, position = _literal(text, position)
    if not literal:
        return None
    # An upper case letter is not folded here: with `fold`, nothing matches it.
    return (_Slash(escaped=True) if literal == _SLASH else frozenset({literal})), position


def _exactly(byte: int, *, fold: bool) -> _Byte:
    return frozenset({byte | 0x20 if fold and byte in _UPPER else byte})


def _bracket(text: bytes, position: int, *, fold: bool) -> tuple[_Byte, int] | None:
    """Read a bracket expression after its opening bracket.

    Returns:
        The bytes that match, and where it ends; `None` if it has no end or an unknown class.
    """
    negated = text[position] in {_BANG, _CARET}
    position += negated
    members: _Byte = frozenset()
    before = 0
    while True:
        # The first one may be a closing bracket, which is a member then.
        found = _member(text, position, before, fold=fold)
        if found is None:
            return None
        more, before, position = found
        members |= more
        if text[position] == _CLOSE:
            return (_ALL - members if negated else _ALL & members), position + 1


def _member(
    text: bytes, position: int, before: int, *, fold: bool
) -> tuple[_Byte, int, int] | None:
    """Read a byte, a range or a class.

    Returns:
        The bytes that match; where a range may start, 0 for nowhere; and where the rest starts.
    """
    byte = text[position]
    if byte == _DASH and before and text[position + 1] not in {0, _CLOSE}:
        last, position = _literal(text, position + 1)
        return (_range(before, last, fold=fold), 0, position) if last else None
    if byte == _OPEN and text[position + 1] == _COLON:
        close = text.find(b"]", position + 2)
        if close < 0:
            return None
        if close > position + 2 and text[close - 1] == _COLON:
            known = _class(text[position + 2 : close - 1], fold=fold)
            return None if known is None else (known, 0, close + 1)
    byte, position = _literal(text, position)
    return (frozenset({byte}), byte, position) if byte else None


def _literal(text: bytes, position: int) -> tuple[int, int]:
    position += text[position] == _BACKSLASH
    return text[position], position + 1


def _range(first: int, last: int, *, fold: bool) -> _Byte:
    members = frozenset(range(first, last + 1))
    # With `fold`, names are in lower case.
    return members | {byte | 0x20 for byte in members & _UPPER} if fold else members


def _class(name: bytes, *, fold: bool) -> _Byte | None:
    return _LETTERS if fold and name == b"upper" else _CLASSES.get(name)


def _paths(tokens: Sequence[_Token]) -> list[_Steps]:
    """Return the variants of a pattern: what matches one of them matches the pattern.

    git removes the plain text at the start of a pattern before it matches the rest. So `a**/b` has
    its stars at the start, where they match any number of parts: it means `ab` or `a*/**/b`.
    """
    first = next((n for n, token in enumerate(tokens) if isinstance(token, _Stars)), 0)
    stars = tokens[first] if first else None
    if not isinstance(stars, _Stars) or not stars.first or isinstance(tokens[first - 1], _Slash):
        return [_steps(tokens)]
    last = first
    while (
        last + 2 < len(tokens)
        and _any_steps(tokens, last)
        and _any_steps(tokens, last + 2)
        and not _escaped(tokens[last + 1])
    ):
        last += 2
    if not _any_steps(tokens, last):
        return [_steps(tokens)]
    text, rest = tokens[:first], tokens[last + 1 :]
    slash = _Slash(escaped=False)
    if not rest:
        return [_steps([*text, _ONE_STAR]), _steps([*text, _ONE_STAR, slash, stars])]
    below = _steps([*text, _ONE_STAR, slash, stars, slash, *rest[1:]])
    return [below] if _escaped(rest[0]) else [_steps([*text, *rest[1:]]), below]


def _any_steps(tokens: Sequence[_Token], position: int) -> bool:
    """Return whether a part consists of `**` only."""
    token = tokens[position]
    ends = position + 1 == len(tokens) or isinstance(tokens[position + 1], _Slash)
    return isinstance(token, _Stars) and token.double and ends


def _escaped(token: _Token) -> bool:
    return isinstance(token, _Slash) and token.escaped


def _steps(tokens: Sequence[_Token]) -> _Steps:
    steps: _Steps = []
    step: _Step = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if isinstance(token, _Slash):
            steps.append(step)
            step = []
        elif step or not _any_steps(tokens, position):
            step.append(token)
        else:
            last = position + 1 == len(tokens)
            if last or _escaped(tokens[position + 1]):
                steps.append([_ONE_STAR])
            steps.append(None)
            if last:
                return steps
            position += 1
        position += 1
    return [*steps, step]


# -- testing ---------------------------------------------------------------------------------


def _path_test_of(steps: _Steps) -> PathTest:
    groups: list[list[NameTest]] = [[]]
    for step in steps:
        if step is None:
            groups.append([])
        else:
            groups[-1].append(_name_test_of(step))
    return lambda path: _fits(groups, path)


def _name_test_of(step: _Step) -> NameTest:
    groups: list[list[Callable[[int], bool]]] = [[]]
    for token in step:
        if isinstance(token, _Stars):
            groups.append([])
        else:
            groups[-1].append(token.__contains__)
    plain = _plain(step)
    if plain is not None:
        return plain.__eq__
    if isinstance(step[0], _Stars):
        plain = _plain(step[1:])
        if plain is not None:
            return lambda name: name.endswith(plain)
    return lambda name: _fits(groups, name)


def _plain(step: Sequence[_Byte | _Stars]) -> bytes | None:
    """Return the text of a part, if only one text matches it."""
    text = bytearray()
    for token in step:
        if isinstance(token, _Stars) or len(token) != 1:
            return None
        text += bytes(token)
    return bytes(text)


def _fits(groups: Sequence[Sequence[Callable[[T], bool]]], items: Sequence[T]) -> bool:
    """Return whether items are these groups in order, with anything in between.

    A group has one test for each of its items. So the first position where it matches is as good as
    any later one, and nothing is tried twice, for any pattern.
    """
    first, last = groups[0], groups[-1]
    if len(groups) == 1:
        return len(items) == len(first) and _fits_at(first, items, 0)
    end = len(items) - len(last)
    position = len(first)
    if position > end or not _fits_at(first, items, 0) or not _fits_at(last, items, end):
        return False
    for group in groups[1:-1]:
        while position + len(group) <= end and not _fits_at(group, items, position):
            position += 1
        position += len(group)
        if position > end:
            return False
    return True


def _fits_at(group: Sequence[Callable[[T], bool]], items: Sequence[T], position: int) -> bool:
    return all(test(items[position + n]) for n, test in enumerate(group))
