"""TLS settings: those of this process, and a check of a caller's own."""

from __future__ import annotations

import functools
import ssl
import warnings
from typing import Any


@functools.cache
def shared_ssl_context(lib: Any) -> ssl.SSLContext:
    """Return the TLS settings of this process: making them costs as much as fifty requests."""
    import ssl

    context: ssl.SSLContext = lib.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def check_ssl_context(context: ssl.SSLContext | None) -> None:
    """Warn of TLS settings that accept anybody's certificate."""
    if context is not None and not (
        context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    ):
        warnings.warn("this ssl_context does not verify the platform's certificate", stacklevel=4)
