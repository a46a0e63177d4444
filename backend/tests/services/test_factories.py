"""Every factory, bare, under each trait and under each pair of traits, makes true rows."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from app.database import Base
from tests.factories.contradictions import CONTRADICTIONS

from .promises import PROMISES
from .traits import FACTORIES, made_by, name_of, traits_of
from .truths import TRUTHS, broken_truths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.models import ProductionOrder

    from .traits import AnyFactory

pytestmark = pytest.mark.integration


def cases() -> Iterator[Any]:
    for factory in FACTORIES:
        traits = traits_of(factory)
        for chosen in [(), *((trait,) for trait in traits), *combinations(traits, 2)]:
            if (factory, frozenset(chosen)) not in CONTRADICTIONS:
                marks = pytest.mark.slow if len(chosen) > 1 else ()  # there are hundreds of pairs
                yield pytest.param(factory, chosen, id=name_of(factory, chosen), marks=marks)


@pytest.mark.parametrize("factory,traits", list(cases()))
def test_rows_are_true_and_traits_keep_their_promise(
    db: Session, factory: AnyFactory, traits: tuple[str, ...]
) -> None:
    row = made_by(factory, traits)
    db.expire_all()

    assert list(broken_truths(db)) == []
    assert [trait for trait in traits if not PROMISES[factory][trait](row)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "factory,traits",
    [
        pytest.param(factory, sorted(traits), id=name_of(factory, sorted(traits)))
        for factory, traits in CONTRADICTIONS
    ],
)
def test_a_declared_contradiction_breaks_a_truth_or_a_promise(
    db: Session, factory: AnyFactory, traits: list[str]
) -> None:
    row = made_by(factory, traits)
    db.expire_all()

    broken_promises = [trait for trait in traits if not PROMISES[factory][trait](row)]
    assert broken_promises or list(broken_truths(db))


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_a_row_and_all_that_its_trait_brings_are_written_by_one_flush(
    db: Session, factory: AnyFactory
) -> None:
    flushes: list[str] = []
    event.listen(db, "after_flush", lambda *_: flushes.append(trait))

    for trait in traits_of(factory):
        made_by(factory, [trait])

    assert flushes == traits_of(factory)


@pytest.mark.parametrize("production_order__half_completed", [True])
def test_a_fixture_takes_a_trait_with_all_that_it_brings(
    db: Session, production_order: ProductionOrder
) -> None:
    assert [each.quantity for each in production_order.reservations] == [5, 5]
    assert list(broken_truths(db)) == []


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
