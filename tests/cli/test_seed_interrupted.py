"""A seeding that ends too early leaves its target as it was, and nothing that stays."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Shop

    Titles = Callable[[str], list[str]]
    Names = Callable[[], set[str]]

MADE = "SELECT count(*) FROM pg_database WHERE datname LIKE 'ff\\_' || %s || '%%'"


@pytest.fixture
def seeded(shop: Shop, titles: Titles) -> list[str]:
    """The titles in the database `shelf`, which a seeding made before."""
    shop.command("seed", "shelf", "--scale", "3")
    return titles("shelf")


@pytest.fixture
def templates(shop: Shop, admin: psycopg.Connection) -> Callable[[], int]:
    """Called, it returns how many templates there are of the shop's."""

    def templates() -> int:
        (count,) = admin.execute(MADE, [shop.prefix]).fetchone() or (0,)
        return int(count)

    return templates


@pytest.fixture
def seeding(shop: Shop, seeded: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Another seeding of that database, whose scenario waits after its first rows."""
    with shop.start("seed", "slow", "--into", shop.url("shelf")) as process:
        while not (shop.files / "begun").exists():
            assert process.poll() is None
            time.sleep(0.01)
        yield process
        process.kill()


@pytest.mark.parametrize(
    "number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupted_it_leaves_nothing(
    shop: Shop,
    seeded: list[str],
    seeding: subprocess.Popen[str],
    titles: Titles,
    databases: Names,
    templates: Callable[[], int],
    number: int,
    code: int,
) -> None:
    seeding.send_signal(number)

    out, errors = seeding.communicate()
    assert (seeding.returncode, out) == (code, "")
    assert errors.splitlines()[-1] == "factoryfloor: interrupted"
    assert "Traceback" not in errors
    assert titles("shelf") == seeded
    assert databases() == {"shelf"}
    assert templates() == 2  # the schema's, and the snapshot of before


def test_killed_it_leaves_what_a_later_command_drops(
    shop: Shop,
    seeded: list[str],
    seeding: subprocess.Popen[str],
    titles: Titles,
    databases: Names,
    templates: Callable[[], int],
) -> None:
    seeding.kill()
    seeding.communicate()
    before = titles("shelf")

    shop.command("seed", "shelf", "--scale", "3", "--into", shop.url("other"))

    assert before == titles("shelf") == seeded
    assert databases() == {"shelf", "other"}
    assert templates() == 2


def test_a_scenario_that_fails_changes_nothing(
    shop: Shop,
    seeded: list[str],
    titles: Titles,
    databases: Names,
    templates: Callable[[], int],
) -> None:
    failed = shop.command("seed", "broken", "--into", shop.url("shelf"))

    assert failed.returncode == 2
    assert "scenarios.py:51, one row written before, and nothing of it is left" in failed.stderr
    assert "made by AuthorFactory" in failed.stderr
    assert titles("shelf") == seeded
    assert databases() == {"shelf"}
    assert templates() == 2


def test_a_transaction_in_the_target_is_named_and_nothing_changes(
    shop: Shop, seeded: list[str], titles: Titles, databases: Names
) -> None:
    with psycopg.connect(shop.url("shelf").replace("+psycopg", "")) as working:
        working.execute("SELECT 1")

        refused = shop.command("seed", "shelf")

        assert f"in use by {working.info.backend_pid} (idle in transaction)" in refused.stderr
    assert refused.returncode == 2
    assert titles("shelf") == seeded
    assert databases() == {"shelf"}


def test_a_target_that_was_filled_meanwhile_is_refused(
    shop: Shop, admin: psycopg.Connection, databases: Names
) -> None:
    admin.execute(f"CREATE DATABASE {shop.prefix}_theirs")
    with shop.start("seed", "slow", "--into", shop.url("theirs"), "--adopt") as process:
        while not (shop.files / "begun").exists():
            assert process.poll() is None
            time.sleep(0.01)
        with psycopg.connect(shop.url("theirs").replace("+psycopg", "")) as theirs:
            theirs.execute("CREATE TABLE precious ()")
        (shop.files / "go").touch()

        _, errors = process.communicate()

    assert process.returncode == 2
    assert "holds 1 table, such as precious. It was left untouched" in errors
    assert databases() == {"theirs"}
    with psycopg.connect(shop.url("theirs").replace("+psycopg", "")) as theirs:
        assert theirs.execute("SELECT FROM precious").fetchall() == []


def test_two_at_once_are_both_answered_and_one_stands(
    shop: Shop, seeded: list[str], titles: Titles, databases: Names
) -> None:
    scales = range(4, 7)
    running = [shop.start("seed", "shelf", "--scale", str(scale)) for scale in scales]

    codes = [(each.communicate(), each.returncode)[1] for each in running]

    assert codes == [0, 0, 0]
    assert len(titles("shelf")) in scales
    assert databases() == {"shelf"}
