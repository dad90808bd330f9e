"""Which modules are mutated, and which tests have to notice."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen
class Group:
    """Modules that one set of tests is about.

    Attributes:
        modules: Their paths below the package.
        tests: Paths of tests, below `tests/`. Those that are slow add little: keep the list short.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


_CHAIN: Final = ("middleware/test_chain.py", "middleware/test_together.py")

GROUPS: Final[dict[str, Group]] = {
    "retry": Group(
        ("middleware/repeating.py", "middleware/retry.py", "middleware/retry_after.py"),
        (
            "middleware/test_retry.py",
            "middleware/test_deadline.py",
            "middleware/test_refusals.py",
            "waiting/test_own_queues.py",
            *_CHAIN,
        ),
    ),
    "rate limit": Group(
        (
            "middleware/rate_limit/limiters.py",
            "middleware/rate_limit/middleware.py",
            "middleware/rate_limit/status.py",
            "middleware/rate_limit/window.py",
        ),
        (
            "middleware/test_rate_limit.py",
            "middleware/test_refusals.py",
            "test_long_waits.py",
            "test_sharing.py",
            *_CHAIN,
        ),
    ),
    "tokens": Group(
        (
            "middleware/authentication/addon_exchange.py",
            "middleware/authentication/app_ids.py",
            "middleware/authentication/exchange.py",
            "middleware/authentication/lifetime.py",
            "middleware/authentication/middleware.py",
            "middleware/authentication/replay.py",
            "middleware/authentication/sources.py",
            "middleware/authentication/token_cache.py",
        ),
        (
            "middleware/test_app_ids.py",
            "middleware/test_authentication.py",
            "middleware/test_exchange.py",
            "middleware/test_token_cache.py",
            "test_addon_tokens.py",
            "core/test_credentials.py",
            "test_by_name.py",
            "test_client.py",
            "test_long_waits.py",
            "test_sharing.py",
            *_CHAIN,
        ),
    ),
    "paths and URLs": Group(
        ("_core/paths.py", "_core/urls.py"),
        (
            "core/test_paths.py",
            "core/test_urls.py",
            "core/test_regions.py",
            "core/test_session.py",
            "test_bad_input.py",
        ),
    ),
    "codec": Group(
        (
            "_core/decoding/compiler.py",
            "_core/decoding/converters.py",
            "_core/decoding/decoder.py",
            "_core/decoding/encoder.py",
            "_core/decoding/given.py",
            "_core/decoding/json.py",
            "_core/decoding/masking.py",
            "_core/decoding/mismatch.py",
            "_core/decoding/plans.py",
            "_core/decoding/primitives.py",
            "_core/decoding/record.py",
            "_core/decoding/results.py",
            "_core/decoding/shapes.py",
        ),
        (
            "core/test_compiler.py",
            "core/test_decoder.py",
            "core/test_display.py",
            "core/test_endpoint.py",
            "core/test_every_model.py",
            "core/test_shapes.py",
            "core/test_types.py",
            "test_masked_secrets.py",
            "test_pydantic.py",
            "test_serialization.py",
            "test_hostile_answers.py",
        ),
    ),
    "compiler": Group(
        ("_core/encoding.py", "_core/endpoint.py"),
        (
            "core/test_endpoint.py",
            "core/test_request.py",
            "core/test_session.py",
            "core/test_pagination.py",
            "test_absent.py",
            "test_bad_input.py",
        ),
    ),
    "journal": Group(
        ("bulk/journal.py", "bulk/journal_file.py"),
        (
            "bulk/test_accounts.py",
            "bulk/test_journal.py",
            "bulk/test_regions.py",
            "bulk/test_repeating.py",
            "files/transfers/test_local_users.py",
        ),
    ),
    "errors": Group(
        (
            "error_codes.py",
            "errors.py",
            "middleware/error_mapping.py",
        ),
        (
            "core/test_errors.py",
            "core/test_answer_text.py",
            "middleware/test_error_mapping.py",
            "test_error_codes.py",
            "test_copies.py",
            "test_moved.py",
            "test_webhooks.py",
        ),
    ),
    "one-off": Group(
        ("resources/one_offs.py", "streams/one_off.py", "streams/terminals.py"),
        ("streams/test_terminals.py", "test_moved.py"),
    ),
}
