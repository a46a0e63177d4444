"""What a seeding made, as a tree to be read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text
from rich.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factoryfloor.scenarios import Snapshot

_ITEMS: Final = 3  # of a list
_TABLES: Final = 12
_PASSWORD: Final = "password"  # noqa: S105 - the name of a field


def summary(snapshot: Snapshot, place: str, seconds: Mapping[str, float]) -> Tree:
    """The scenario, what it returned, its rows, credentials, where it is, and the time it took."""
    scenario, record = snapshot.scenario, snapshot.record
    tree = Tree(_named(scenario.name, scenario.description))
    data = _ordered(record.data, scenario.result)
    for name, value in data.items():
        if not _is_credentials(value):
            _grow(tree, name, value)
    _grow_tables(tree, record.tables)
    credentials = list(_credentials(data))
    if credentials:
        branch = tree.add(_named("credentials"))
        for name, told in credentials:
            branch.add(_named(name, _line(told)))
    tree.add(_named("database", place))
    parts = ", ".join(f"{name} {took:.2f}" for name, took in seconds.items())
    tree.add(_named(f"{sum(seconds.values()):.2f} seconds", parts))
    return tree


def _ordered(data: Mapping[str, Any], result: type[Any]) -> dict[str, Any]:
    """The data in the order in which the dataclass has it."""
    return {each.name: data[each.name] for each in dataclasses.fields(result) if each.name in data}


def _grow(tree: Tree, name: str, value: Any) -> None:
    if isinstance(value, list):
        branch = tree.add(_named(name, f"{len(value):,}"))
        shown = len(value) if len(value) <= _ITEMS + 1 else _ITEMS
        for each in value[:shown]:
            _grow(branch, "", each)
        if len(value) > shown:
            branch.add(Text(f"… and {len(value) - shown:,} more", style="dim"))
    elif isinstance(value, dict):
        parts = {key: each for key, each in value.items() if isinstance(each, list | dict)}
        branch = tree.add(_named(name, _line({k: v for k, v in value.items() if k not in parts})))
        for key, each in parts.items():
            _grow(branch, key, each)
    else:
        tree.add(_named(name, _plain(value)))


def _grow_tables(tree: Tree, tables: Mapping[str, int]) -> None:
    branch = tree.add(_named("rows", f"{sum(tables.values()):,}"))
    largest = sorted(tables.items(), key=lambda each: (-each[1], each[0]))
    width = max((len(f"{count:,}") for _, count in largest), default=0)
    shown = len(largest) if len(largest) <= _TABLES + 1 else _TABLES
    for name, count in largest[:shown]:
        branch.add(Text.assemble((f"{count:>{width},}", "cyan"), f" {name}"))
    if rest := largest[shown:]:
        rows = sum(count for _, count in rest)
        branch.add(Text(f"… and {rows:,} in {len(rest)} more tables", style="dim"))


def _credentials(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of the data with which somebody can log in, and where it stands."""
    if _is_credentials(value):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _credentials(each, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, each in enumerate(value[:_ITEMS]):
            yield from _credentials(each, f"{name}[{number}]")


def _is_credentials(value: Any) -> bool:
    return isinstance(value, dict) and _PASSWORD in value


def _line(values: Mapping[str, Any]) -> str:
    known = {name: each for name, each in values.items() if each is not None}
    first = [name for name in ("id", "username", _PASSWORD) if name in known]
    ordered = dict.fromkeys([*first, *known])
    return ", ".join(f"{name} {_plain(known[name])}" for name in ordered)


def _plain(value: Any) -> str:
    return "none" if value is None else str(value)


def _named(name: str, told: str = "") -> Text:
    return Text.assemble((name, "bold"), ": " if name and told else "", told)
