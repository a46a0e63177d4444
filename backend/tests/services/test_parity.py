"""A trait leaves exactly the rows that the services write on their way to the same state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .paths import NO_STATES, PATHS
from .snapshots import differences, left_by
from .traits import FACTORIES, made_by, name_of, traits_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .paths.steps import Path
    from .traits import AnyFactory

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "factory,traits,path",
    [
        pytest.param(factory, traits, path, id=name_of(factory, traits))
        for (factory, traits), path in PATHS.items()
    ],
)
def test_a_trait_leaves_the_rows_that_services_write(
    db: Session, factory: AnyFactory, traits: tuple[str, ...], path: Path
) -> None:
    made = left_by(db, lambda: made_by(factory, traits))
    written = left_by(db, lambda: path(db))

    found = differences(made, written)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_every_state_has_a_path(factory: AnyFactory) -> None:
    states = {traits[0] for of, traits in PATHS if of is factory and len(traits) == 1}

    assert states | NO_STATES.get(factory, set()) == set(traits_of(factory))
