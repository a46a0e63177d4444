"""The scenarios as TypeScript: one module, told to the letter."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ScenarioDefinitionError
from factoryfloor.scenarios import Catalogue
from factoryfloor.scenarios.shapes import typescript
from factoryfloor.scenarios.shapes.naming import names_of
from factoryfloor.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOTES = '''
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from factoryfloor import scenario

class Base(DeclarativeBase):
    pass

class Status(StrEnum):
    """How far a note has come."""

    DRAFT = "draft"
    DONE = "done"

class Note(Base):
    """Something written down: */ included.

    It goes on.
    """

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    status: Mapped[Status]

@dataclass
class Totals:
    spent: Decimal
    on: date | None

@dataclass
class Desk:
    """A desk with so many notes on it that nobody can say any more where the first of them is."""

    first: Note
    notes: list[Note | None]
    by_status: dict[Status, list[Note]]
    totals: dict[str, Totals]
    corner: tuple[int, str]
    side: Literal["left", "right"]

@scenario("full-desk", aliases=["desk"])
def full_desk() -> Desk:
    """A desk full of notes."""

@scenario("spent")
def spent() -> Totals:
    """What was spent."""
'''

MODULE = """\
// What the scenarios are called, and what each tells of itself. Generated from
// them: run `factoryfloor types FILE` in their project's folder to do it anew.

export type TestScenario = "full-desk" | "desk" | "spent";

/** Every name and alias. */
export const SCENARIOS = [
  "full-desk",
  "desk",
  "spent",
] as const satisfies readonly TestScenario[];

/** What each scenario tells of itself. */
export interface ScenarioData {
  /** A desk full of notes. */
  "full-desk": Desk;
  /** The same as `full-desk`. */
  desk: Desk;
  /** What was spent. */
  spent: Totals;
}

/** A day, such as "2026-03-31". */
export type DateString = string;

/** A decimal number to its last digit, such as "2.5000". */
export type DecimalString = string;

/**
 * A desk with so many notes on it that nobody can say any more where the first
 * of them is.
 */
export interface Desk {
  first: Note;
  notes: (Note | null)[];
  by_status: Partial<Record<Status, Note[]>>;
  totals: Record<string, Totals>;
  corner: [number, string];
  side: "left" | "right";
}

/** Something written down: *\\/ included. */
export interface Note {
  id: number;
  status: Status;
}

/** How far a note has come. */
export type Status = "draft" | "done";

export interface Totals {
  spent: DecimalString;
  on: DateString | null;
}
"""


PERSON = """
from dataclasses import dataclass

from factoryfloor import scenario

@dataclass
class Person:
    name: str

@scenario("{name}")
def person() -> Person:
    \"\"\"Somebody.\"\"\"
"""


@pytest.fixture
def module_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Called with the sources of a package's modules, what TypeScript is told of them."""
    package = f"typed_{uuid.uuid4().hex[:8]}"
    folder = tmp_path / package
    monkeypatch.syspath_prepend(tmp_path)

    def module_of(**sources: str) -> str:
        folder.mkdir()
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source)
        modules = tuple(f"{package}.{name}" for name in sources)
        settings = Settings(file=tmp_path / "pyproject.toml", base="", scenarios=modules)
        return typescript(Catalogue(settings))

    yield module_of
    for name in [each for each in sys.modules if each.partition(".")[0] == package]:
        del sys.modules[name]


def test_a_project_is_told_to_the_letter(module_of: Callable[..., str]) -> None:
    assert module_of(notes=NOTES) == MODULE


def test_two_classes_of_one_name_are_told_apart_by_their_modules(
    module_of: Callable[..., str],
) -> None:
    told = module_of(
        customers=PERSON.format(name="customer"), tall_vendors=PERSON.format(name="vendor")
    )

    assert "  customer: CustomersPerson;\n" in told
    assert "  vendor: TallVendorsPerson;\n" in told
    assert "interface CustomersPerson {" in told
    assert "interface TallVendorsPerson {" in told


def test_a_class_named_as_the_module_itself_names_something_gets_another_name(
    module_of: Callable[..., str],
) -> None:
    told = module_of(music=PERSON.format(name="record").replace("Person", "Record"))

    assert "  record: MusicRecord;\n" in told


def test_a_name_that_another_class_has_from_its_module_is_told_apart_too() -> None:
    class Person:
        """A person of the customers."""

    class CustomersPerson:
        """Another class, which is called as the first would be."""

    person, other, namesake = Person, CustomersPerson, type("Person", (), {})
    person.__module__, person.__qualname__ = "app.customers", "Person"
    other.__module__, other.__qualname__ = "app.odd", "CustomersPerson"
    namesake.__module__ = "app.vendors"

    names = names_of([person, other, namesake])

    assert names == {
        person: "AppCustomersPerson",
        other: "OddCustomersPerson",
        namesake: "VendorsPerson",
    }


def test_two_classes_of_one_path_are_refused() -> None:
    first, second = (type("Person", (), {"__module__": "app.people"}) for _ in range(2))

    with pytest.raises(
        ScenarioDefinitionError, match=r"app\.people\.Person and app\.people\.Person cannot be"
    ):
        names_of([first, second])
