"""What a call may say: unknown parameters are refused, as the real processor refuses them."""

import re
from collections.abc import Collection
from typing import Any


class Refusal(Exception):
    """An answer that says no, in the form that the processor's library understands."""

    def __init__(self, status: int, kind: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, **{k: v for k, v in facts.items() if v is not None}}


def refuse(message: str, *, status: int = 400, code: str | None = None, param: str | None = None) -> Refusal:
    """Return a refusal of a call that is wrong in itself."""
    return Refusal(status, "invalid_request_error", message, code=code, param=param)


class Parameters:
    """The parameters of one call, flat under the names they were sent with, such as ``metadata[attempt]``.

    Arguments:
        given: as sent.
        known: the names that the call knows; ``*`` stands for any one part, such as a number or a key.
    """

    def __init__(self, given: dict[str, str], known: Collection[str]) -> None:
        self._given = given
        patterns = [_make_pattern(name) for name in {*known, "expand[*]"}]
        for name in given:
            if not any(pattern.fullmatch(name) for pattern in patterns):
                raise refuse(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)

    def get(self, name: str, default: str = "") -> str:
        """Return a parameter, or the default."""
        return self._given.get(name, default)

    def need(self, name: str) -> str:
        """Return a parameter; refuse the call where it is missing or empty."""
        if not (value := self._given.get(name, "")):
            raise refuse(f"Missing required param: {name}.", code="parameter_missing", param=name)
        return value

    def number(self, name: str, *, least: int = 0) -> int:
        """Return a whole number; refuse the call where it is none."""
        value = self.need(name)
        if not re.fullmatch(r"-?\d+", value):
            raise refuse(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        if int(value) < least:
            raise refuse(
                f"This value must be greater than or equal to {least}.", code="parameter_invalid_integer", param=name
            )
        return int(value)

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return one of the allowed words; refuse the call otherwise."""
        value = self.need(name) if default is None else self.get(name, default)
        if value not in allowed:
            raise refuse(f"Invalid {name}: must be one of {', '.join(sorted(allowed))}", param=name)
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no; refuse anything else."""
        return self.choice(name, {"true", "false"}, "false") == "true"

    def group(self, name: str) -> dict[str, str]:
        """Return the parameters in a group, such as ``metadata``, by their inner names."""
        start = f"{name}["
        inner = {key[len(start) : -1]: value for key, value in self._given.items() if key.startswith(start)}
        return {key: value for key, value in inner.items() if "[" not in key}

    def items(self, name: str) -> list[int]:
        """Return the numbers of the items in a list, in their order."""
        found = {int(match[1]) for key in self._given if (match := re.match(rf"{re.escape(name)}\[(\d+)\]", key))}
        return sorted(found)

    @property
    def expand(self) -> list[str]:
        """The names of what is to be put into the answer whole instead of by its id."""
        return [value for key, value in sorted(self._given.items()) if key.startswith("expand[")]


def _make_pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace(r"\*", r"[A-Za-z0-9_-]+"))
