"""`Meta.sqlalchemy_get_or_create` without losing what was inserted before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from factory.errors import FactoryError
from sqlalchemy.exc import IntegrityError

from .refusal import Made, explained

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session


def get_or_create(
    factory: Any, model: type[Any], session: Session, args: Any, kwargs: dict[str, Any]
) -> Any:
    """The row that has the key fields' values, else a new one, written in a savepoint."""
    key = _key_fields(factory, kwargs)
    found = _find(model, session, key)
    if found is not None:
        return found
    given = frozenset(factory._original_params or ())
    made = None
    savepoint = session.begin_nested()  # it writes what waits, so that it holds the new row alone
    try:
        with savepoint:
            made = factory._save(model, session, args, kwargs)
            session.add(made)
            session.flush()
    except IntegrityError as error:
        found = _find_after_conflict(model, session, key, given)
        if found is None:
            refused = [] if made is None else [Made(made, factory, given)]
            raise explained(session, refused, error) from error
        return found
    return made


def _key_fields(factory: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    fields = factory._meta.sqlalchemy_get_or_create
    for field in fields:
        if field not in kwargs:
            raise FactoryError(
                f"{factory.__name__} looks rows up by {field} (sqlalchemy_get_or_create), "
                "and nothing gives it a value. Declare it in the factory."
            )
    return {field: kwargs[field] for field in fields}


def _find(model: type[Any], session: Session, key: Mapping[str, Any]) -> Any:
    for pending in session.new:
        if isinstance(pending, model) and all(
            getattr(pending, name) == value for name, value in key.items()
        ):
            return pending
    if any(_is_unwritten(value) for value in key.values()):
        return None  # a row that refers to one that is not there cannot be there either
    with session.no_autoflush:
        return session.query(model).filter_by(**key).one_or_none()


def _find_after_conflict(
    model: type[Any], session: Session, key: Mapping[str, Any], given: Collection[str]
) -> Any:
    """The row in the way: another transaction's, or one with only the key that was given."""
    asked = {name: value for name, value in key.items() if name in given}
    return _find(model, session, key) or (_find(model, session, asked) if asked else None)


def _is_unwritten(value: Any) -> bool:
    state = sa.inspect(value, raiseerr=False)
    return isinstance(state, sa.orm.InstanceState) and not state.has_identity
