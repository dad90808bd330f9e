"""What the tests of the frameworks need beyond Python and this package."""

from importlib.util import find_spec

import pytest

NEEDED = {
    "celery": "celery[redis]",
    "django": "django",
    "flask": "flask",
    "gunicorn": "gunicorn",
    "ipykernel": "ipykernel",
    "nbclient": "nbclient",
}


def require() -> None:
    """Fail with the line that installs what is missing."""
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        pytest.fail(f"packages are missing: pip install {' '.join(missing)}")
