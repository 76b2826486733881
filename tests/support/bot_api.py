"""The methods of the Bot API that the stand-in has, and their parameters, as they are documented."""

import re
import tomllib
from pathlib import Path

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
METHODS = {name.lower(): parameters for name, parameters in TABLE.items()}


def required(method: str) -> list[str]:
    return [name for name, types in METHODS[method.lower()].items() if types.endswith("!")]


def unfitting(method: str, sent: dict) -> list[str]:
    """What is wrong with the parameters that a call has sent: names that are not documented, values of another type."""
    table = METHODS.get(method.lower())
    if table is None:
        return [f"there is no method {method}"]
    strange = [
        f"{method} has no parameter {name}" for name in sent if name not in table and not name.startswith("attached")
    ]
    return strange + [
        f"{method}: {name} is no {table[name]}: {str(value)[:80]!r}"
        for name, value in sent.items()
        if name in table and not _fits(str(value), table[name].rstrip("!").split(" | "))
    ]


def _fits(value: str, types: list[str]) -> bool:
    return any(_is(value, one) for one in types)


def _is(value: str, type_: str) -> bool:
    if type_ == "Integer":
        return bool(re.fullmatch(r"-?\d+", value))
    if type_ == "Boolean":
        return value in ("true", "false", "True", "False")
    if type_ in ("String", "InputFile"):
        return True
    return value.startswith(("[", "{"))  # an array or an object, as JSON or as it is shown in the log of calls
