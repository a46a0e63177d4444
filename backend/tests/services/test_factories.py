"""Every factory, bare, under each trait and under each pair of traits, makes true rows."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from factory.declarations import Trait

from app.database import Base
from tests import factories
from tests.factories.contradictions import CONTRADICTIONS

from .promises import PROMISES
from .truths import TRUTHS, broken_truths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from factoryfloor import ModelFactory

    AnyFactory = type[ModelFactory[Any]]

pytestmark = pytest.mark.integration

FACTORIES: list[AnyFactory] = [
    getattr(factories, name) for name in factories.__all__ if name.endswith("Factory")
]


def traits_of(factory: AnyFactory) -> list[str]:
    parameters = factory._meta.parameters.items()
    return [name for name, parameter in parameters if isinstance(parameter, Trait)]


def cases() -> Iterator[Any]:
    for factory in FACTORIES:
        traits = traits_of(factory)
        for chosen in [(), *((trait,) for trait in traits), *combinations(traits, 2)]:
            if (factory, frozenset(chosen)) not in CONTRADICTIONS:
                marks = pytest.mark.slow if len(chosen) > 1 else ()  # there are hundreds of pairs
                name = "-".join([factory.__name__, *chosen])
                yield pytest.param(factory, chosen, id=name, marks=marks)


@pytest.mark.parametrize("factory,traits", list(cases()))
def test_rows_are_true_and_traits_keep_their_promise(
    db: Session, factory: AnyFactory, traits: tuple[str, ...]
) -> None:
    row = factory.create(**dict.fromkeys(traits, True))
    db.expire_all()

    assert list(broken_truths(db)) == []
    assert [trait for trait in traits if not PROMISES[factory][trait](row)] == []


@pytest.mark.parametrize(
    "factory,traits",
    [
        pytest.param(factory, sorted(traits), id="-".join([factory.__name__, *sorted(traits)]))
        for factory, traits in CONTRADICTIONS
    ],
)
def test_a_declared_contradiction_breaks_a_truth_or_a_promise(
    db: Session, factory: AnyFactory, traits: list[str]
) -> None:
    row = factory.create(**dict.fromkeys(traits, True))
    db.expire_all()

    broken_promises = [trait for trait in traits if not PROMISES[factory][trait](row)]
    assert broken_promises or list(broken_truths(db))


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_every_trait_promises_something(factory: AnyFactory) -> None:
    assert set(PROMISES[factory]) == set(traits_of(factory))


def test_contradictions_name_traits_that_exist() -> None:
    unknown = [pair for factory, pair in CONTRADICTIONS if not pair <= set(traits_of(factory))]

    assert unknown == []


def test_every_model_has_one_factory_and_its_truths() -> None:
    models = {mapper.class_ for mapper in Base.registry.mappers}

    assert {factory._meta.model for factory in FACTORIES} == models == set(TRUTHS)
    assert len(FACTORIES) == len(models)
