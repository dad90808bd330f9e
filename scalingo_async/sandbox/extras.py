"""The packages that the sandbox needs in addition to the client's."""

__all__ = ["install_hint"]

_PACKAGES = {"starlette": "starlette", "uvicorn": "uvicorn", "jwt": "pyjwt"}


def install_hint(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Turn the failed import of one of the sandbox's requirements into an install hint."""
    package = _PACKAGES.get((error.name or "").partition(".")[0])
    if package is None:
        return error
    return ModuleNotFoundError(
        f'The sandbox needs {package}: run pip install "scalingo-async[sandbox]"',
        name=error.name,
    )
