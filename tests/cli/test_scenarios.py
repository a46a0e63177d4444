"""`factoryfloor scenarios` lists what there is, and makes nothing."""

from __future__ import annotations

import json
import os
import pty
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg
    import pytest

    from tests.cli.conftest import Shop

SHELF = "An author, and as many books of theirs as the scale says."


def test_each_is_on_one_line_with_its_size(shop: Shop) -> None:
    before = shop.command("scenarios")
    shop.command("seed", "shelf")

    after = shop.command("scenarios")

    assert before.stdout.splitlines() == [
        "scenario               size  scale  description",
        f"shelf, bookshelf  not built      2  {SHELF}",
        "slow              not built         A shelf of one book, once a file is there.",
        "broken            not built         A shelf whose second author is the first one again.",
    ]
    assert after.stdout.splitlines()[1] == f"shelf, bookshelf     3 rows      2  {SHELF}"
    assert after.stderr == ""


def test_programs_are_told_the_same(shop: Shop) -> None:
    shop.command("seed", "slow", "--into", "no URL")  # refused

    told = json.loads(shop.command("scenarios", "--json").stdout)

    assert told[0] == {
        "name": "shelf",
        "aliases": ["bookshelf"],
        "description": SHELF,
        "scale": 2,
        "rows": None,
    }
    assert [each["name"] for each in told] == ["shelf", "slow", "broken"]


def test_no_template_is_built_to_list_them(
    shop: Shop, databases: Callable[[], set[str]], admin: psycopg.Connection
) -> None:
    shop.command("scenarios")

    assert databases() == set()
    query = "SELECT FROM pg_database WHERE datname LIKE '%%' || %s || '%%'"
    assert admin.execute(query, [shop.prefix]).rowcount == 0


def test_no_server_is_started_to_list_them(shop: Shop, runtime: Path) -> None:
    listed = shop.command("scenarios")

    assert listed.returncode == 0, listed.stderr
    assert list(runtime.rglob("*")) == []


def test_they_are_listed_although_the_server_is_away(shop: Shop) -> None:
    shop.environment["TEST_DATABASE_URL"] = "postgresql://127.0.0.1:1/x"

    listed = shop.command("scenarios")

    assert listed.returncode == 0
    assert "what is built is not known: Nothing listens at 127.0.0.1:1" in listed.stderr
    assert "slow              not built" in listed.stdout


def test_on_a_terminal_names_are_whole_and_descriptions_wrapped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(shop.folder)
    shown: list[bytes] = []

    def read(descriptor: int) -> bytes:
        shown.append(os.read(descriptor, 4096))
        return shown[-1]

    ended = pty.spawn([sys.executable, "-m", "factoryfloor", "scenarios"], read)

    text = b"".join(shown).decode()
    assert os.waitstatus_to_exitcode(ended) == 0
    assert "\x1b[1mshelf\x1b[0m" in text
    assert "bookshelf" in text
    assert SHELF not in text
    assert all(word in text for word in SHELF.split())
