"""Annotations as types, those included whose names are imported for type checkers alone."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import sys
import typing
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


def type_of_result(function: Any) -> Any:
    """What a function's annotation says that it returns; None where it says nothing.

    Raises `NameError` where the annotation names what there is not.
    """
    function = inspect.unwrap(function)
    annotation = function.__annotations__.get("return")
    if not isinstance(annotation, str):
        return annotation
    known = function.__globals__
    return _evaluated(
        # as typing.get_type_hints does, for one name
        lambda names: eval(annotation, known | (names or {})),  # noqa: S307 - the project's code
        [function.__module__],
    )


def types_of_fields(record: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, those of its bases included.

    Raises `NameError` where an annotation names what there is not.
    """
    return _evaluated(
        lambda names: typing.get_type_hints(record, localns=names),
        [each.__module__ for each in record.__mro__],
    )


def type_of_attribute(owner: type[Any], name: str) -> Any:
    """What a class annotates one attribute with; None where it does not.

    Raises `NameError` where the annotation names what there is not.
    """
    for each in owner.__mro__:
        annotation = inspect.get_annotations(each).get(name)
        if annotation is not None:

            def bearer() -> None: ...

            bearer.__annotations__ = {name: annotation}
            known = vars(sys.modules[each.__module__])
            hints = functools.partial(typing.get_type_hints, bearer, known)
            return _evaluated(hints, [each.__module__])[name]
    return None


class _Imports(NamedTuple):
    """What a module imports for type checkers, and why what it could not import is not there."""

    names: dict[str, Any]
    failures: dict[str, str]


def _evaluated(evaluate: Callable[[dict[str, Any] | None], T], modules: list[str]) -> T:
    """What is evaluated with the names of these modules, the first one's before the others'.

    Imports for type checkers are done where it needs a name of them, and not before.
    """
    try:
        return evaluate(None)
    except NameError:
        found = _Imports({}, {})
        for each in reversed(modules):
            names, failures = _imported_for_types(each)
            found.names.update(names)
            found.failures.update(failures)
    try:
        return evaluate(found.names)
    except NameError as error:
        why = found.failures.get(error.name or "")
        raise NameError(f"{error}; its import failed: {why}" if why else str(error)) from error


@functools.cache
def _imported_for_types(module: str) -> _Imports:
    """What a module imports under `if TYPE_CHECKING:`."""
    package = getattr(sys.modules.get(module), "__package__", None)
    names: dict[str, Any] = {"__package__": package, "__name__": module}
    failures: dict[str, str] = {}
    for statement in _imports_for_types(module):
        code = compile(ast.Module([statement], []), module, "exec")
        try:
            exec(code, names)  # noqa: S102 - the module's own import
        except Exception as error:  # what a module raises is not known, and it may not be needed
            alias = statement.names[0]
            failures[alias.asname or alias.name.partition(".")[0]] = repr(error)
    return _Imports(names, failures)


def _imports_for_types(module: str) -> Iterator[ast.Import | ast.ImportFrom]:
    """Its imports under `if TYPE_CHECKING:`, each of one name."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, KeyError):
        return
    blocks = [each for each in tree.body if isinstance(each, ast.If) and _is_checking(each.test)]
    for statement in (each for block in blocks for each in block.body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                single = copy.copy(statement)
                single.names = [alias]
                yield single


def _is_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"
