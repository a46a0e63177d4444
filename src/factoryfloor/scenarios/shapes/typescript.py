"""A project's scenarios as a module of TypeScript: their names, and the types of their data."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .naming import names_of
from .reading import shapes_of
from .shape import STRING, Choice, Either, Fixed, Items, Keyed, Plain, Text, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..catalogue import Catalogue
    from .shape import Shape, Shapes

_WIDTH: Final = 80
_HEADER: Final = """\
// What the scenarios are called, and what each tells of itself. Generated from
// them: run `factoryfloor types FILE` in their project's folder to do it anew.
"""
_TEXTS: Final[Mapping[type[Any], tuple[str, str]]] = {
    date: ("DateString", 'A day, such as "2026-03-31".'),
    datetime: ("DateTimeString", 'A moment, such as "2026-03-31T14:30:00+00:00".'),
    Decimal: ("DecimalString", 'A decimal number to its last digit, such as "2.5000".'),
    time: ("TimeString", 'A time of day, such as "14:30:00".'),
    UUID: ("UuidString", "A UUID, in lower case with hyphens."),
}
_TAKEN: Final = frozenset(
    {"SCENARIOS", "ScenarioData", "TestScenario", "Partial", "Record"}
    | {name for name, _ in _TEXTS.values()}
)


def typescript(catalogue: Catalogue) -> str:
    """The module's text, the same for the same scenarios.

    It exports `SCENARIOS`, all names and aliases; `TestScenario`, their union; `ScenarioData`, the
    type of each one's data; and a type for each class that these tell of. Raises
    `ScenarioDefinitionError` for what TypeScript could not be told.
    """
    shapes = shapes_of(catalogue)
    module = _Module(names_of(shapes, _TAKEN))
    types = sorted(module.classes(shapes))
    parts = [_HEADER, *_scenarios(catalogue, module), *module.texts(), *(text for _, text in types)]
    return "\n".join(parts)


def _scenarios(catalogue: Catalogue, module: _Module) -> Iterator[str]:
    known = [_literal(name) for name in catalogue.known]
    yield _union("export type TestScenario =", known)
    yield _comment("Every name and alias.", "") + _names(known)
    members = []
    for name in catalogue.known:
        found = catalogue.find(name)
        text = found.description if name == found.name else f"The same as `{found.name}`."
        members.append((name, module.type(Told(found.result)), text))
    yield _interface("ScenarioData", members, "What each scenario tells of itself.")


class _Module:
    """The types of a module, by the names that classes have in it."""

    def __init__(self, names: Mapping[type[Any], str]) -> None:
        self._names = names
        self._texts: set[type[Any]] = set()

    def classes(self, shapes: Shapes) -> Iterator[tuple[str, str]]:
        """The name and the declaration of each class."""
        for kind, shape in shapes.items():
            name = self._names[kind]
            if isinstance(shape, Choice):
                values = [_literal(each) for each in shape.values]
                yield (
                    name,
                    _comment(_documentation(kind), "") + _union(f"export type {name} =", values),
                )
            else:
                members = [(member, self.type(of), "") for member, of in shape.items()]
                yield name, _interface(name, members, _documentation(kind))

    def texts(self) -> list[str]:
        """The declarations of the strings that `type` named."""
        named = sorted(_TEXTS[kind] for kind in self._texts)
        return [f"{_comment(text, '')}export type {name} = string;\n" for name, text in named]

    def type(self, shape: Shape) -> str:
        """The expression for a shape."""
        match shape:
            case Plain(name):
                return name
            case Text(kind):
                self._texts.add(kind)
                return _TEXTS[kind][0]
            case Told(kind):
                return self._names[kind]
            case Choice(values):
                return " | ".join(map(_literal, values))
            case Either(several):
                return " | ".join(map(self.type, several))
            case Items(of):
                inner = self.type(of)
                return f"({inner})[]" if isinstance(of, Choice | Either) else f"{inner}[]"
            case Fixed(several):
                return f"[{', '.join(map(self.type, several))}]"
            case Keyed(keys, of):
                found = f"Record<{self.type(keys)}, {self.type(of)}>"
                return found if keys == STRING else f"Partial<{found}>"


def _interface(name: str, members: Iterable[tuple[str, str, str]], text: str) -> str:
    lines = [
        f"{_comment(about, '  ')}  {_key(member)}: {kind};\n" for member, kind, about in members
    ]
    return f"{_comment(text, '')}export interface {name} {{\n{''.join(lines)}}}\n"


def _names(known: list[str]) -> str:
    beginning, end = "export const SCENARIOS = [", "] as const satisfies readonly TestScenario[];\n"
    line = f"{beginning}{', '.join(known)}{end}"
    if len(line) <= _WIDTH + 1:
        return line
    return "\n".join([beginning, *(f"  {name}," for name in known), end])


def _union(beginning: str, members: list[str]) -> str:
    """A type that is any of several, on as few lines as Prettier would take."""
    joined = f"{' | '.join(members)};\n"
    for line in (f"{beginning} {joined}", f"{beginning}\n  {joined}"):
        if max(map(len, line.splitlines())) <= _WIDTH:
            return line
    return f"{beginning}\n" + "\n".join(f"  | {each}" for each in members) + ";\n"


def _comment(text: str, indent: str) -> str:
    """A comment of so many lines as the text takes; none without one."""
    if not text:
        return ""
    told = text.replace("*/", "*\\/")
    if len(indent) + len(told) + len("/**  */") <= _WIDTH:
        return f"{indent}/** {told} */\n"
    lines = textwrap.wrap(told, _WIDTH - len(indent) - len(" * "), break_long_words=False)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def _documentation(kind: type[Any]) -> str:
    """The first paragraph of a class's own docstring, on one line."""
    text = inspect.cleandoc(vars(kind).get("__doc__") or "")
    if text.startswith(f"{kind.__name__}("):  # written by `dataclass` where there is none
        return ""
    return " ".join(text.split("\n\n")[0].split())


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else _literal(name)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
