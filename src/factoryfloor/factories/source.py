"""Where a factory and its declarations stand in the source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any


def place_of(factory: type[Any], name: str | None = None) -> str:
    """`path:line` of the factory, or of its declaration of `name` where it can be found."""
    if name is not None:
        for owner in factory.__mro__:
            line = _declaration_lines(owner).get(name) if hasattr(owner, "_meta") else None
            if line is not None:
                return f"{_path(owner)}:{line}"
    try:
        return f"{_path(factory)}:{inspect.getsourcelines(factory)[1]}"
    except (OSError, TypeError):
        return f"module {factory.__module__}"


def _path(factory: type[Any]) -> str:
    path = Path(inspect.getsourcefile(factory) or factory.__module__)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _declaration_lines(factory: type[Any]) -> dict[str, int]:
    """The line of each name that the class's own body sets, `Params` included."""
    try:
        lines, first = inspect.getsourcelines(factory)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return {}
    return {name: first + line - 1 for name, line in _assigned(tree.body[0])}


def _assigned(body: ast.stmt) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in getattr(body, "body", ()):
        if isinstance(node, ast.ClassDef) and node.name == "Params":
            found += _assigned(node)
        elif isinstance(node, ast.FunctionDef):
            found.append((node.name, node.lineno))
        elif isinstance(node, ast.Assign):
            found += [(t.id, node.lineno) for t in node.targets if isinstance(t, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append((node.target.id, node.lineno))
    return found
