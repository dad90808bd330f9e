"""JWTs, read without being verified."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

from core.json_strategies import ANY_JSON
from hypothesis import strategies as st

from scalingo_async.middleware.authentication.lifetime import DEFAULT_LIFETIME, lifetime_of

from .running import drawn, found, target
from .strategies import spoiled

NUMBERS = st.integers(-(10**400), 10**400) | st.floats() | st.integers(0, 2 * 10**9)
CLAIMS = st.dictionaries(st.sampled_from(["exp", "iat", "nbf"]), NUMBERS | ANY_JSON) | ANY_JSON
DAY = 24 * 3600.0


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


PAYLOADS = CLAIMS.map(lambda claims: json.dumps(claims).encode()).flatmap(spoiled).map(encoded)
TOKENS = st.one_of(
    PAYLOADS.map("e30.{}.c2ln".format),
    st.lists(PAYLOADS | st.text(max_size=10), max_size=4).map(".".join),
    st.text(),
)


@target("JWTs", 25)
@drawn(TOKENS, st.floats(0, 1e11), st.integers(0, 10**10), st.integers(-1000, 200_000))
@found("e30." + encoded(b"[" * 20_000) + ".c2ln", 0.0, 0, 1)
@found("e30." + encoded(b'{"exp":' + b"9" * 5_000 + b"}") + ".c2ln", 0.0, 0, 1)
@found("e30.\u0665.c2ln", 0.0, 0, 1)
def lifetimes(token, now, issued, lasts):
    assert 0 < lifetime_of(token, now) <= DAY
    # Of one that is right, whatever the clock says.
    right = encoded(json.dumps({"iat": issued, "exp": issued + lasts}).encode())
    expected = min(float(lasts), DAY) if lasts > 0 else DEFAULT_LIFETIME
    assert lifetime_of(f"e30.{right}.c2ln", now) == expected
