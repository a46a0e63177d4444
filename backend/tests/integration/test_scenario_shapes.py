"""Every scenario tells what TypeScript was promised of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factoryfloor.scenarios import Scenario, data_of
from factoryfloor.scenarios.shapes import Told, disagreements, shapes_of
from tests import scenarios

pytestmark = pytest.mark.integration

SCENARIOS = [each for each in vars(scenarios).values() if isinstance(each, Scenario)]


@pytest.mark.parametrize(
    "made",
    [pytest.param(each, marks=pytest.mark.scenario(each.name), id=each.name) for each in SCENARIOS],
)
def test_its_data_has_the_shape_that_was_promised(world: Any, made: Scenario[..., Any]) -> None:
    shapes = shapes_of([made])

    answer = json.loads(json.dumps(data_of(world)))

    assert list(disagreements(answer, Told(made.result), shapes)) == []
