"""A scenario that fails half-way leaves nothing, and says where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factoryfloor.errors import ScenarioDefinitionError, ScenarioFailedError
from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.floor import Floor
    from tests.scenarios.conftest import Shop

BODY = "    return Shelf(author, BookFactory.create_batch(scale, author=author))"


@pytest.fixture
def build(shop: Shop, open_shop: Callable[[], Floor]) -> Callable[[str], object]:
    """Builds the scenario, its last line being another."""

    def build(body: str) -> object:
        shop.write("scenarios", shop.read("scenarios").replace(BODY, body))
        return Snapshots(open_shop()).snapshot("shelf")

    return build


@pytest.fixture
def left(names: Callable[[], set[str]]) -> Callable[[], list[str]]:
    """The names of the shop's snapshots."""
    return lambda: [name for name in names() if "shelf" in name]


def test_a_refused_row_is_told_with_its_factory_its_values_and_the_line(
    build: Callable[[str], object], left: Callable[[], list[str]]
) -> None:
    with pytest.raises(ScenarioFailedError) as caught:
        build("    BookFactory.create_batch(2, author=author)\n    BookFactory.create(price=-1)")

    said = str(caught.value)
    assert "the scenario 'shelf' failed at " in said
    assert "scenarios.py:29, " in said
    assert "3 rows written before, and nothing of it is left" in said
    assert "BookFactory" in said
    assert "price_not_negative" in said
    assert left() == []


def test_a_declaration_that_fails_is_told_with_its_row(
    build: Callable[[str], object], left: Callable[[], list[str]]
) -> None:
    with pytest.raises(ScenarioFailedError) as caught:
        build(
            "    import factory\n"
            "    BookFactory.create_batch(2, author=author)\n"
            "    BookFactory.create(title=factory.LazyAttribute(lambda o: o.author.nmae))"
        )

    said = str(caught.value)
    assert ", in BookFactory (number 3 of its sequence), 3 rows written before" in said
    assert "scenarios.py:30, " in said
    assert "AttributeError" in said
    assert left() == []


def test_a_column_that_the_schema_no_longer_has_is_told(
    build: Callable[[str], object], left: Callable[[], list[str]]
) -> None:
    with pytest.raises(ScenarioFailedError, match=r"(?s)scenarios\.py:28.*isbn"):
        build("    return Shelf(author, [BookFactory.create(isbn='1')])")

    assert left() == []


def test_a_table_that_the_schema_no_longer_has_is_told(
    build: Callable[[str], object], left: Callable[[], list[str]]
) -> None:
    with pytest.raises(ScenarioFailedError, match=r"relation \"shelves\" does not exist"):
        build(
            "    from sqlalchemy import text\n"
            "    db.execute(text('INSERT INTO shelves VALUES (1)'))"
        )

    assert left() == []


def test_a_result_of_another_kind_is_refused(
    build: Callable[[str], object], left: Callable[[], list[str]]
) -> None:
    with pytest.raises(ScenarioDefinitionError, match="returned a NoneType, not the Shelf"):
        build("    pass")

    assert left() == []


def test_a_scenario_mended_after_a_failure_is_built(
    shop: Shop, build: Callable[[str], object], open_shop: Callable[[], Floor]
) -> None:
    whole = shop.read("scenarios")
    with pytest.raises(ScenarioFailedError, match="RuntimeError: not yet"):
        build("    raise RuntimeError('not yet')")

    shop.write("scenarios", whole)

    assert Snapshots(open_shop()).snapshot("shelf").record.rows == 3
