"""Names imported for type checkers alone are found where an annotation needs them."""

from __future__ import annotations

import importlib
import sys
import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from factoryfloor.errors import ScenarioDefinitionError
from factoryfloor.scenarios.hints import type_of_attribute, type_of_result, types_of_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

SHOP = '''
from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factoryfloor import scenario

if TYPE_CHECKING:
    from _typeshed import StrPath
    import PACKAGE.failing as failing
    from PACKAGE.nowhere import Nothing
    from decimal import Decimal, Absent
    import datetime

if typing.TYPE_CHECKING:
    from PACKAGE.parts import Part


@dataclass
class Made:
    part: Part
    price: Decimal | None
    on: datetime.date


class Ordered(Made):
    pass


@dataclass
class Wrong:
    path: StrPath


@scenario("made")
def made() -> Made:
    """What was made."""


@scenario("priced")
def priced() -> Decimal:
    """A price."""


@scenario("absent")
def absent() -> Absent:
    """What its module does not have."""


@scenario("nothing")
def nothing() -> Nothing:
    """What is in no module."""


@scenario("failing")
def failed() -> failing.Made:
    """What is in a module that fails."""


@scenario("meant")
def meant() -> Meant:
    """What nobody imports."""
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package whose modules import for type checkers what they cannot."""
    name = f"hinted_{uuid.uuid4().hex[:8]}"
    (tmp_path / name).mkdir()
    texts = {
        "shop": SHOP,
        "parts": "class Part: ...",
        "failing": "raise RuntimeError('no database')",
    }
    for module, text in texts.items():
        (tmp_path / name / f"{module}.py").write_text(text.replace("PACKAGE", name))
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for each in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[each]


@pytest.fixture
def shop(package: str) -> ModuleType:
    return importlib.import_module(f"{package}.shop")


def test_an_import_that_fails_takes_nothing_from_the_others(shop: ModuleType, package: str) -> None:
    found = types_of_fields(shop.Made)

    part = sys.modules[f"{package}.parts"].Part
    assert found == {"part": part, "price": Decimal | None, "on": date}
    assert type_of_result(shop.priced.function) is Decimal


def test_the_fields_of_bases_are_read_with_what_their_own_modules_import(
    package: str, tmp_path: Path
) -> None:
    text = f"""
from __future__ import annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING
from {package}.shop import Made

if TYPE_CHECKING:
    from uuid import UUID

@dataclass
class Labelled(Made):
    label: UUID
"""
    (tmp_path / package / "labels.py").write_text(text)
    labels = importlib.import_module(f"{package}.labels")

    found = types_of_fields(labels.Labelled)

    assert (found["on"], found["label"]) == (date, uuid.UUID)


def test_nothing_is_imported_where_nothing_is_needed(shop: ModuleType, package: str) -> None:
    found = shop.made.result

    assert found is shop.Made
    assert f"{package}.parts" not in sys.modules


@pytest.mark.parametrize(
    "name,what",
    [
        ("absent", r"'Absent' is not defined; its import failed: ImportError\(.*'Absent'"),
        ("nothing", r"'Nothing' is not defined; its import failed: ModuleNotFoundError\(.*nowhere"),
        ("failed", r"'failing' is not defined; its import failed: RuntimeError\('no database'\)"),
        ("meant", r"'Meant' is not defined\."),
    ],
)
def test_a_name_that_is_really_missing_is_told_with_the_reason(
    shop: ModuleType, name: str, what: str
) -> None:
    with pytest.raises(ScenarioDefinitionError, match=f"cannot be read: name {what}"):
        getattr(shop, name).check()


@pytest.mark.parametrize(
    "read", [types_of_fields, lambda record: type_of_attribute(record, "path")]
)
def test_a_field_that_needs_what_is_missing_is_told_too(
    shop: ModuleType, read: Callable[[Any], Any]
) -> None:
    with pytest.raises(
        NameError, match=r"'StrPath' is not defined; its import failed: .*_typeshed"
    ):
        read(shop.Wrong)


def test_an_attribute_is_read_with_what_its_class_imports(shop: ModuleType, package: str) -> None:
    found = type_of_attribute(shop.Ordered, "part")

    assert found is sys.modules[f"{package}.parts"].Part
