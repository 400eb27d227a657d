"""Reads the program's own source for the names that it gives away, such as those of cookies and keys of the cache.

What lies outside the database is not seen by a walk of the models. So what has to be declared there is found where it
is written: every call of a method that sets it, and the name in the call's first argument. A name is a text, a constant
of a module or of the settings, or an f-string, of which the beginning counts; anything else has no name that can be
judged. Sabotages are left out: they break promises on purpose, and in a scratch copy alone.
"""

import ast
import importlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class NamedCall:
    """One place that sets something by name.

    Arguments:
        place: module and line.
        name: the name, or the beginning of one; None where the source does not tell it.
    """

    place: str
    name: str | None


def find_calls(methods: Collection[str], *, of: str = "", package: Path = PACKAGE) -> Iterator[NamedCall]:
    """Yield every call of one of these methods in the package, in the order of its files.

    Arguments:
        methods: the names of the methods, such as ``set_cookie``.
        of: the module of which the object is imported whose method is meant; without it, any object's.
        package: the folder of the package.
    """
    for path in sorted(package.rglob("*.py")):
        if "sabotage" in path.stem:
            continue
        source = path.read_text(encoding="utf-8")
        # Most files hold none of it, and reading text is a hundred times as fast as parsing it.
        if any(method in source for method in methods) and of in source:
            module = ".".join((package.name, *path.relative_to(package).with_suffix("").parts))
            yield from _find_in(ast.parse(source), module, methods, of)


def _find_in(tree: ast.Module, module: str, methods: Collection[str], of: str) -> Iterator[NamedCall]:
    meant = {name for node in ast.walk(tree) for name in _list_imported(node, of)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in methods:
            continue
        if not of or _root_of(node.func.value) in meant:
            arguments = [*node.args, *(each.value for each in node.keywords if each.arg == "key")]
            name = _read_name(arguments[0], module) if arguments else None
            yield NamedCall(place=f"{module}:{node.lineno}", name=name)


def _list_imported(node: ast.AST, of: str) -> list[str]:
    if not isinstance(node, ast.ImportFrom) or node.module != of:
        return []
    return [alias.asname or alias.name for alias in node.names]


def _root_of(node: ast.expr) -> str:
    """Return the name at the beginning of ``name.a[b].c``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _read_name(node: ast.expr | None, module: str) -> str | None:
    if isinstance(node, ast.JoinedStr):
        node = node.values[0] if node.values else None
    value = node.value if isinstance(node, ast.Constant) else _resolve(node, module)
    return value if isinstance(value, str) else None


def _resolve(node: ast.expr | None, module: str) -> Any:
    if isinstance(node, ast.Name):
        return getattr(importlib.import_module(module), node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(_resolve(node.value, module), node.attr, None)
    return None
