"""The rules for names and values, with the platform's error messages."""

import re

from scalingo_async.sandbox.refusals import Refusal

__all__ = [
    "MAX_VALUE_LENGTH",
    "check_app_name",
    "check_email",
    "check_value",
    "check_variable",
    "text_field",
]

MAX_VALUE_LENGTH = 32_768
_MAX_VARIABLE_NAME = 64

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_]+")
_STARTS_WITH_LETTER = re.compile(r"[A-Za-z]")


def text_field(fields: dict[str, object], name: str) -> str:
    """Return a required string."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal.invalid(**{name: ["can't be blank"]})
    return value


def check_app_name(name: object, *, taken: bool, longest: int = 48) -> str:
    """Return an app name if the platform would accept it."""
    if not isinstance(name, str) or not name:
        raise Refusal.invalid(name=["can't be blank"])
    wrong: list[str] = []
    if len(name) < 6:
        wrong.append("is too short (minimum is 6 characters)")
    if len(name) > longest:
        wrong.append(f"is too long (maximum is {longest} characters)")
    if not re.fullmatch("[a-z0-9-]+", name):
        wrong.append("should contain only lowercap letters, digits and hyphens")
    if name.startswith("-"):
        wrong.append("can't start with an hyphen")
    if name.endswith("-"):
        wrong.append("can't end with an hyphen")
    if "--" in name:
        wrong.append("can't contain 2 consecutive hyphens")
    if not wrong and taken:
        wrong.append("has already been taken")
    if wrong:
        raise Refusal.invalid(name=wrong)
    return name


def check_variable(name: object, value: object) -> tuple[str, str]:
    """Return the name and value of a variable if the platform would accept them."""
    errors: dict[str, list[str]] = {}
    if not isinstance(name, str) or not name:
        errors["name"] = ["can't be blank", "must start with a letter"]
    elif len(name) > _MAX_VARIABLE_NAME:
        errors["name"] = [f"is too long (maximum is {_MAX_VARIABLE_NAME} characters)"]
    elif not _VARIABLE_NAME.fullmatch(name):
        errors["name"] = ["should contain only letters, digits and underscores"]
    elif not _STARTS_WITH_LETTER.match(name):
        errors["name"] = ["must start with a letter"]
    wrong = _wrong_value(value)
    if wrong is not None:
        errors["value"] = [wrong]
    if errors:
        raise Refusal.invalid(**errors)
    return str(name), str(value)


def check_value(value: object) -> str:
    """Return the value of a variable if the platform would accept it."""
    wrong = _wrong_value(value)
    if wrong is not None:
        raise Refusal.invalid(value=[wrong])
    return str(value)


def _wrong_value(value: object) -> str | None:
    if value is None:
        return "can't be blank"
    if not isinstance(value, str):
        return "should be a string"
    if len(value) > MAX_VALUE_LENGTH:
        return f"is too long (maximum is {MAX_VALUE_LENGTH} characters)"
    return None


def check_email(email: object) -> str:
    """Return an e-mail address if it looks valid."""
    if not isinstance(email, str) or not email.strip():
        raise Refusal.invalid(email=["can't be blank", "is invalid"])
    if not _EMAIL.fullmatch(email):
        raise Refusal.invalid(email=["is invalid"])
    return email
