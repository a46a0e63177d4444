"""Annotations as types, those included whose names are imported for type checkers alone."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from typing import Any


def type_of_result(function: Any) -> Any:
    """What a function's annotation says that it returns; None where it says nothing.

    Raises `NameError` or `ImportError` where the annotation names what there is not.
    """
    function = inspect.unwrap(function)
    annotation = function.__annotations__.get("return")
    if not isinstance(annotation, str):
        return annotation
    names = function.__globals__ | _imported_for_types(function.__module__)
    return eval(annotation, names)  # noqa: S307 - as typing.get_type_hints does, for one name


def types_of_fields(record: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, those of its bases included."""
    names: dict[str, Any] = {}
    for each in record.__mro__:
        names = _imported_for_types(each.__module__) | names
    return typing.get_type_hints(record, localns=names)


def type_of_attribute(owner: type[Any], name: str) -> Any:
    """What a class annotates one attribute with; None where it does not.

    Raises `NameError` or `ImportError` where the annotation names what there is not.
    """
    for each in owner.__mro__:
        annotation = inspect.get_annotations(each).get(name)
        if annotation is not None:

            def bearer() -> None: ...

            bearer.__annotations__ = {name: annotation}
            known = vars(sys.modules[each.__module__])
            return typing.get_type_hints(bearer, known, _imported_for_types(each.__module__))[name]
    return None


@functools.cache
def _imported_for_types(module: str) -> dict[str, Any]:
    """What a module imports under `if TYPE_CHECKING:`."""
    found = sys.modules[module]
    try:
        tree = ast.parse(inspect.getsource(found))
    except (OSError, TypeError):
        return {}
    blocks = [each for each in tree.body if isinstance(each, ast.If) and _is_checking(each.test)]
    imports: list[ast.stmt] = [
        statement
        for block in blocks
        for statement in block.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    names = {"__package__": found.__package__, "__name__": module}
    exec(compile(ast.Module(imports, []), module, "exec"), names)  # noqa: S102 - its own imports
    return names


def _is_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"
