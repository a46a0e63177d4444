"""A server that goes away while it is seeded: the embedded one comes back, another is missed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from factoryfloor.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Shop


@pytest.fixture
def own(runtime: Path) -> Iterator[EmbeddedServer]:
    """A server of the test's own, in the folder that the environment names."""
    found = EmbeddedServer(idle_timeout=30)
    found.ensure()
    yield found
    found.stop()


def seed_while(shop: Shop, lose: Callable[[], object], *arguments: str) -> tuple[int, str, str]:
    """What became of a seeding that lost its server after its first rows."""
    with shop.start("seed", "slow", *arguments) as process:
        while not (shop.files / "begun").exists():
            assert process.poll() is None
            time.sleep(0.01)
        lose()
        (shop.files / "go").touch()
        out, errors = process.communicate()
    return process.returncode, out, errors


def test_on_the_embedded_server_the_scenario_is_built_anew(
    shop: Shop, own: EmbeddedServer, titles: Callable[[str], list[str]]
) -> None:
    code, out, errors = seed_while(shop, own.stop)

    assert code == 0, errors
    assert titles(out.strip()) == ["Book 1"]


def test_on_another_server_it_is_an_error_of_one_message(
    shop: Shop, own: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTORYFLOOR_RUNTIME_DIR")
    url = own.address.url(f"{shop.prefix}_far")

    code, out, errors = seed_while(shop, own.stop, "--into", url)

    assert (code, out) == (2, "")
    assert errors.count("factoryfloor: ") == 1
    assert "cannot connect to the database" in errors
    assert "Traceback" not in errors
