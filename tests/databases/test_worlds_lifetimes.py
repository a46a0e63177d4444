"""What becomes of worlds when processes end, and with their homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.databases import Databases, Visits

    Exists = Callable[[str], bool]
    Open = Callable[..., Databases]


def build_nothing(conninfo: str) -> None:
    """An empty schema."""


def test_closing_does_not_wait_for_what_is_under_way_and_a_later_run_drops_it(
    open_databases: Open,
    template: str,
    prefix: str,
    visits: Visits,
    exists: Exists,
    databases: Databases,
    home: str,
) -> None:
    serving = open_databases()
    for name in ("a", "b"):
        serving.template("0" * 64, prefix, build_nothing)
        serving.worlds.put(serving.clone(template, f"{home}_{name}"), home)
        visits.enter()

    serving.close()
    stood = exists(f"{home}_a")
    visits.leave(f"{home}_a")
    databases.clean(prefix)

    assert stood
    assert not exists(f"{home}_a")
    assert exists(f"{home}_b")


def test_what_is_free_when_it_closes_is_dropped(
    open_databases: Open, template: str, visits: Visits, exists: Exists, home: str
) -> None:
    serving = open_databases()
    for name in ("a", "b"):
        serving.worlds.put(serving.clone(template, f"{home}_{name}"), home)
        visits.enter()

    visits.leave(f"{home}_a")
    serving.close()

    assert not exists(f"{home}_a")


def test_a_world_stands_although_nobody_is_there_and_its_maker_is_gone(
    open_databases: Open, template: str, prefix: str, home: str, exists: Exists, visits: Visits
) -> None:
    serving = open_databases()
    world = serving.clone(template, f"{home}_a")
    serving.worlds.put(world, home)
    serving.close()

    open_databases().clean(prefix)

    assert exists(world)
    assert visits.enter() == world


def test_worlds_go_with_their_home(
    databases: Databases, put: Callable[[str], str], exists: Exists, home: str
) -> None:
    world = put("a")

    databases.close()

    assert not exists(home)
    assert not exists(world)


def test_a_world_in_use_outlives_its_home_until_a_later_run(
    databases: Databases,
    open_databases: Open,
    prefix: str,
    put: Callable[[str], str],
    visits: Visits,
    exists: Exists,
) -> None:
    world = put("a")
    visits.enter()

    databases.close()
    stood = exists(world)
    visits.leave(world)
    open_databases().clean(prefix)

    assert stood
    assert not exists(world)


def test_a_kept_home_keeps_its_world_until_its_name_is_asked_for(
    databases: Databases,
    open_databases: Open,
    template: str,
    prefix: str,
    put: Callable[[str], str],
    home: str,
    visits: Visits,
    exists: Exists,
) -> None:
    world = put("a")
    databases.close(keep=[home])
    later = open_databases()
    later.clean(prefix)
    kept = exists(world)

    later.clone(template, home)
    later.clean(prefix)

    assert kept
    assert visits.enter() == home
    assert not exists(world)
