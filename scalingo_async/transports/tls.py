"""TLS settings: those of this process, of environment variables, and of the caller."""

from __future__ import annotations

import functools
import os
import re
import ssl
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from scalingo_async.errors import ConfigurationError
from scalingo_async.transports.objects import check_ssl_context_kind

_PACKAGE: Final = "scalingo_async."
_FILE: Final = "SSL_CERT_FILE"
_FOLDER: Final = "SSL_CERT_DIR"
_KEY_LOG: Final = "SSLKEYLOGFILE"
VARIABLES: Final = (_FILE, _FOLDER, _KEY_LOG)
"""What Python, OpenSSL and HTTP libraries read by themselves when they make TLS settings."""


def shared_ssl_context(lib: Any, *, trust_env: bool = True) -> ssl.SSLContext:
    """Return the TLS settings of this process: making them costs as much as fifty requests.

    Args:
        lib: `httpx`, `httpx2` or `ssl`, whose defaults are taken.
        trust_env: Whether the environment may say whom to trust.

    Raises:
        ConfigurationError: The environment names a file that can't be used.
    """
    return _made(lib, named_by_environment() if trust_env else None)


def trusting_nobody() -> ssl.SSLContext:
    """Return TLS settings for where there is no TLS: no certificate is read, and none accepted."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def named_by_environment() -> tuple[str, ...]:
    """Return what the environment says about TLS; an empty variable says nothing."""
    return tuple(os.environ.get(name, "") for name in VARIABLES)


@functools.cache
def _made(lib: Any, environment: tuple[str, ...] | None) -> ssl.SSLContext:
    context: ssl.SSLContext
    if environment is None:
        context = _without_environment(lib)
    elif lib.__name__ == "httpx" and Path(environment[0]).is_file():
        context = _from_file(lib)
    else:
        check_environment()
        context = ssl.create_default_context() if lib is ssl else lib.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if lib is ssl:
        # Others say it themselves.
        context.set_alpn_protocols(["http/1.1"])
    return context


def _from_file(lib: Any) -> ssl.SSLContext:
    """Make those of httpx, which reads the file that the environment names, or raises.

    So the file is not read before, as by `check_environment`: its certificates take as long to load
    as a dozen requests.
    """
    try:
        made: ssl.SSLContext = lib.create_ssl_context()
    except (OSError, ValueError):
        # It knows which variable is to blame.
        check_environment()
        raise
    return made


def check_environment(instead: str = ", or pass trust_env=False") -> None:
    """Refuse what the environment says about TLS when it can't be used.

    Args:
        instead: What the caller can do but to set the variable right.

    Raises:
        ConfigurationError: A variable names a file that is not there, or not of its kind.
    """
    file, folder, key_log = named_by_environment()
    if file:
        with _Blaming(_FILE, file, "a file of certificates in PEM form", instead):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    elif folder and not any(map(_holds_certificates, folder.split(os.pathsep))):
        raise ConfigurationError(
            f"{_FOLDER} names {folder!r}, where there are no certificates under names such as "
            f"5ed36f99.0, which `openssl rehash` makes: set it right, unset it{instead}"
        )
    if key_log and not sys.flags.ignore_environment:
        with _Blaming(_KEY_LOG, key_log, "a file that can be written to", instead):
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = key_log


def _holds_certificates(folder: str) -> bool:
    try:
        return bool(folder) and any(_is_hashed(f.name) for f in Path(folder).iterdir())
    except OSError:
        return False


def _is_hashed(name: str) -> bool:
    """Tell whether a file is named as OpenSSL names certificates: it finds no others."""
    return re.fullmatch(r"[0-9a-fA-F]{8}\.\d+", name) is not None


class _Blaming:
    """Names the variable that caused an exception within."""

    def __init__(self, variable: str, value: str, wanted: str, instead: str) -> None:
        self._said = f"{variable} names {value!r}, which is not {wanted}"
        self._instead = instead

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        # A certificate that is damaged makes a ValueError of some versions, a lone surrogate too.
        if isinstance(error, OSError | ValueError):
            why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
            raise ConfigurationError(
                f"{self._said} ({why}): set it right, unset it{self._instead}"
            ) from None


def _without_environment(lib: Any) -> ssl.SSLContext:
    """Make TLS settings of which the environment says nothing.

    `ssl.create_default_context` opens the log of keys that the environment names, and OpenSSL
    takes its variables for its default paths.
    """
    if lib.__name__ not in {"httpx", "ssl"}:
        made: ssl.SSLContext = lib.create_ssl_context(trust_env=False)
        return made
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    if lib is ssl:
        _trust_the_system(context)
    else:
        import certifi

        context.load_verify_locations(cafile=certifi.where())
    return context


def _trust_the_system(context: ssl.SSLContext) -> None:
    """Load the certificates that the system trusts, from where OpenSSL was built to look."""
    if sys.platform == "win32":
        for store in ("CA", "ROOT"):
            for certificate, encoding, trust in ssl.enum_certificates(store):
                if encoding == "x509_asn" and (
                    trust is True or (trust and ssl.Purpose.SERVER_AUTH.oid in trust)
                ):
                    context.load_verify_locations(cadata=certificate)
        return
    paths = ssl.get_default_verify_paths()
    file = paths.openssl_cafile if Path(paths.openssl_cafile).is_file() else None
    folder = paths.openssl_capath if Path(paths.openssl_capath).is_dir() else None
    if file or folder:
        context.load_verify_locations(file, folder)


def check_ssl_context(context: ssl.SSLContext | None) -> None:
    """Warn about TLS settings that accept any certificate.

    Raises:
        ConfigurationError: They are something else, such as the `verify` of other libraries.
    """
    check_ssl_context_kind(context)
    if context is not None and not (
        context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    ):
        warnings.warn(
            "this ssl_context does not verify the platform's certificate", stacklevel=_outside()
        )


def _outside() -> int:
    """Return the stack level of the first caller outside of this package."""
    level, frame = 1, sys._getframe(1)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals["__name__"].startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level
