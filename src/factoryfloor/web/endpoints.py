"""The four test endpoints."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from factoryfloor.errors import FactoryFloorError
from factoryfloor.settings.production import ENVIRONMENT

from .body import Seeding
from .problems import Answer, Problem, explained, refused, told, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from factoryfloor.scenarios import Scenario

    from .places import Place

PREFIX: Final = "/api/v1/test"
PATHS: Final = frozenset(f"{PREFIX}/{name}" for name in ("scenarios", "seed", "cleanup", "health"))
FIND: Final = "factoryfloor.find_place"
"""The scope's key for a function that returns the `Place` to work on, or raises why there is none.
"""


def endpoints() -> ASGIApp:
    """An application that answers at `PATHS`."""
    return Starlette(
        routes=[
            Route(f"{PREFIX}/scenarios", _scenarios, methods=["GET"]),
            Route(f"{PREFIX}/seed", _seed, methods=["POST"]),
            Route(f"{PREFIX}/cleanup", _clean_up, methods=["POST"]),
            Route(f"{PREFIX}/health", _health, methods=["GET"]),
        ],
        exception_handlers={
            Problem: told,
            FactoryFloorError: explained,
            HTTPException: refused,
            Exception: unexpected,
        },
    )


async def _scenarios(request: Request) -> Answer:
    """Every name under which a scenario can be seeded, and what there is to know of each."""
    place = await _place(request)
    details = await run_in_threadpool(_details, place)
    return Answer({"scenarios": place.catalogue.known, "details": details})


async def _seed(request: Request) -> Answer:
    """What the scenario made, which then stands alone."""
    place = await _place(request)
    wanted = Seeding.read(await request.body())
    data = await run_in_threadpool(place.seed, *wanted)
    return Answer({"success": True, "scenario": wanted.scenario, "data": data})


async def _clean_up(request: Request) -> Answer:
    """The tables that held rows, of which nothing is left."""
    place = await _place(request)
    tables = await run_in_threadpool(place.cleanup)
    return Answer({"success": True, "cleaned": True, "tables": sorted(tables)})


async def _health(request: Request) -> Answer:
    """That everything else can be asked."""
    await _place(request)
    environment = os.environ.get(ENVIRONMENT, "")
    return Answer({"status": "ok", "test_mode": True, "environment": environment})


async def _place(request: Request) -> Place:
    find: Callable[[], Place] = request.scope[FIND]
    return await run_in_threadpool(find)


def _details(place: Place) -> dict[str, object]:
    return {each.name: _described(place, each) for each in place.catalogue}


def _described(place: Place, scenario: Scenario[..., Any]) -> dict[str, object]:
    record = place.record(scenario)
    return {
        "description": scenario.description,
        "aliases": list(scenario.aliases),
        "scale": scenario.scale,
        "rows": None if record is None else record.rows,
    }
