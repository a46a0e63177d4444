"""Snapshots: built once for what they come from, cloned after that, dropped when replaced."""

from __future__ import annotations

import datetime
import importlib
from typing import TYPE_CHECKING, Self

import psycopg
import pytest

from factoryfloor.errors import ScaleError, UnknownScenarioError
from factoryfloor.scenarios import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.floor import Floor
    from factoryfloor.server import EmbeddedServer
    from tests.scenarios.conftest import Shop


def rows(server: EmbeddedServer, database: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.address.conninfo(database)) as connection:
        query = "SELECT b.id, title, price, name, country FROM books b JOIN authors a"
        return connection.execute(f"{query} ON a.id = author_id ORDER BY b.id").fetchall()


def templates(admin: psycopg.Connection, shop: Shop) -> set[str]:
    query = "SELECT datname FROM pg_database WHERE datname LIKE 'ff_' || %s || '_shelf%%'"
    return {name for (name,) in admin.execute(query, [shop.database])}


def test_a_clone_holds_what_the_scenario_made(
    snapshots: Snapshots, server: EmbeddedServer, shop: Shop
) -> None:
    name = snapshots.clone(snapshots.snapshot("shelf"), f"{shop.database}_clone")

    found = rows(server, name)
    assert [(title, author) for _, title, _, author, _ in found] == [
        ("Book 1", "Author 1"),
        ("Book 2", "Author 1"),
    ]


def test_a_record_tells_what_was_made(snapshots: Snapshots) -> None:
    found = snapshots.snapshot("bookshelf")

    assert found.record.data == {
        "author": {"id": 1, "name": "Author 1"},
        "books": [{"id": 1}, {"id": 2}],
    }
    assert found.record.tables == {"authors": 1, "books": 2}
    assert found.record.rows == 3


def test_it_is_built_once(open_shop: Callable[[], Floor]) -> None:
    built: list[int] = []
    first = Snapshots(open_shop()).snapshot("shelf", watch=built.append)

    second = Snapshots(open_shop()).snapshot("shelf", watch=built.append)

    assert second.template == first.template
    assert second.record == first.record
    assert built == [1, 3]


def test_nothing_is_built_to_tell_of_a_scenario(snapshots: Snapshots) -> None:
    scenario = snapshots.catalogue.find("shelf")
    before = snapshots.record(scenario)

    snapshots.snapshot("shelf")

    assert before is None
    assert snapshots.record(scenario) == snapshots.snapshot("shelf").record


@pytest.mark.parametrize("module", ["scenarios", "factories", "models"])
def test_changed_code_is_another_snapshot_and_the_old_one_is_dropped(
    shop: Shop, open_shop: Callable[[], Floor], admin: psycopg.Connection, module: str
) -> None:
    before = Snapshots(open_shop()).snapshot("shelf")
    text = shop.read(module)
    shop.write(module, f"{text}\nCHANGED = True\n")

    after = Snapshots(open_shop()).snapshot("shelf")

    assert after.template != before.template
    assert templates(admin, shop) == {after.template}


def test_code_that_the_scenario_does_not_import_changes_nothing(
    shop: Shop, open_shop: Callable[[], Floor]
) -> None:
    shop.write("elsewhere", "THINGS = 1")
    before = Snapshots(open_shop()).snapshot("shelf")
    shop.write("elsewhere", "THINGS = 2")

    assert Snapshots(open_shop()).snapshot("shelf").template == before.template


def test_a_changed_schema_is_another_snapshot(shop: Shop, open_shop: Callable[[], Floor]) -> None:
    before = Snapshots(open_shop()).snapshot("shelf")
    text = shop.read("models")
    shop.write("models", text.replace('default="NL")', 'default="NL", index=True)'))

    assert Snapshots(open_shop()).snapshot("shelf").template != before.template


def test_the_next_day_is_another_snapshot(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime.date):
        @classmethod
        def today(cls) -> Self:
            return cls(2031, 1, 1)

    before = snapshots.snapshot("shelf")
    monkeypatch.setattr("factoryfloor.scenarios.snapshots.date", Later)

    assert snapshots.snapshot("shelf").template != before.template


def test_sizes_stand_beside_each_other(
    snapshots: Snapshots, admin: psycopg.Connection, shop: Shop
) -> None:
    small, large = snapshots.snapshot("shelf"), snapshots.snapshot("shelf", scale=40)

    assert small.record.rows == 3
    assert large.record.rows == 41
    assert templates(admin, shop) == {small.template, large.template}


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(
    open_shop: Callable[[], Floor], server: EmbeddedServer, shop: Shop
) -> None:
    def made(seed: int) -> list[tuple[object, ...]]:
        snapshots = Snapshots(open_shop())
        snapshot = snapshots.snapshot("shelf", scale=9, seed=seed)
        return rows(server, snapshots.clone(snapshot, f"{shop.database}_clone"))

    def countries(found: list[tuple[object, ...]]) -> list[object]:
        return [country for *_, country in found]

    text = shop.read("scenarios")
    shop.write("scenarios", text.replace("(scale, author=author)", "(scale)"))  # of nine authors
    usual, other = made(0), made(4)
    shop.write("scenarios", shop.read("scenarios") + "# changed, so that it is built again\n")

    again = made(0)

    assert again == usual
    assert countries(other) != countries(usual)
    assert [row[:-1] for row in other] == [row[:-1] for row in usual]


def test_building_leaves_the_caller_s_random_values_alone(snapshots: Snapshots) -> None:
    import factory.random

    factory.random.randgen.seed(7)
    expected = factory.random.randgen.random()
    factory.random.randgen.seed(7)

    snapshots.snapshot("shelf")

    assert factory.random.randgen.random() == expected


def test_building_leaves_the_caller_s_sequences_alone(snapshots: Snapshots, shop: Shop) -> None:
    snapshots.snapshot("shelf")
    factories = importlib.import_module(f"{shop.package}.factories")
    before = [factories.AuthorFactory.build().name for _ in range(2)]

    snapshots.snapshot("shelf", scale=7)

    after = factories.AuthorFactory.build().name
    assert [*before, after] == ["Author 0", "Author 1", "Author 2"]


def test_a_snapshot_that_somebody_dropped_is_built_again(
    snapshots: Snapshots, admin: psycopg.Connection, server: EmbeddedServer, shop: Shop
) -> None:
    found = snapshots.snapshot("shelf")
    admin.execute(f"ALTER DATABASE {found.template} IS_TEMPLATE false")
    admin.execute(f"DROP DATABASE {found.template}")

    name = snapshots.clone(found, f"{shop.database}_clone")

    assert len(rows(server, name)) == 2


def test_an_unknown_scenario_is_told_with_the_nearest_names_first(snapshots: Snapshots) -> None:
    with pytest.raises(UnknownScenarioError, match=r"no scenario 'shlef'; there are shelf, book"):
        snapshots.snapshot("shlef")


@pytest.mark.parametrize("scale", [0, -3])
def test_a_scale_below_one_is_refused(snapshots: Snapshots, scale: int) -> None:
    with pytest.raises(ScaleError, match=f"must be 1 or more; it is {scale}"):
        snapshots.snapshot("shelf", scale=scale)
