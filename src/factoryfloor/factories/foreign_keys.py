"""Foreign key ids that the caller gives are respected: the row they name is not made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from factory.declarations import BaseDeclaration, Maybe
from factory.enums import SPLITTER, get_builder_phase

from factoryfloor.errors import RefusedRowError

from .session import active_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from factoryfloor.introspect import Relation

    from .declared import ModelDeclarations
    from .options import ModelOptions


def respect_ids(declarations: ModelDeclarations, given: Mapping[str, Any]) -> None:
    """Take the relations out of `declarations` whose foreign keys are all `given`."""
    for relation in declarations.options.relations:
        ids = [declarations.options.declared_name(name) for name in relation.ids]
        name = declarations.options.declared_name(relation.name)
        if all(key in given for key in ids) and not _is_object(given.get(name)):
            _refuse_parameters(declarations.options, name, ids, given)
            declarations.replace_unasked(name, RowById(relation, tuple(ids)))


def check_agreement(
    options: ModelOptions, given: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Raise where a relation and the id of the same row are both `given` and differ."""
    for relation in options.relations if given else ():
        row = values.get(relation.name)
        if row is None or options.declared_name(relation.name) not in given:
            continue
        for here, there in relation.pairs:
            asked, actual = values.get(here), getattr(row, there, None)
            if asked is not None and options.declared_name(here) in given and asked != actual:
                raise RefusedRowError(
                    f"{options.factory_name} was given {here}={asked!r} and "
                    f"{relation.name}={row!r}, whose {there} is {actual!r}. Give one of the two."
                )


def known_rows(
    options: ModelOptions, session: Session, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The rows, by relation, that ids in `values` name and that the session has loaded already.

    Given the row itself, SQLAlchemy adds the new object to its collections.
    """
    found = {}
    for relation in options.relations:
        ids = {there: values.get(here) for here, there in relation.pairs}
        mapper = sa.inspect(relation.target)
        names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        if relation.name in values or ids.keys() != {*names} or None in ids.values():
            continue
        key = mapper.identity_key_from_primary_key([ids[name] for name in names])
        if (row := session.identity_map.get(key)) is not None:
            found[relation.name] = row
    return found


class RowById(BaseDeclaration):
    """The row that given ids name, loaded when another declaration asks for it."""

    def __init__(self, relation: Relation, ids: tuple[str, ...]) -> None:
        super().__init__()
        self.relation = relation
        self.ids = ids

    def evaluate(self, instance: Any, step: Any, extra: dict[str, Any]) -> Any:  # noqa: ARG002  # factory_boy's signature
        """The row, or None where an id is None."""
        names = [there for _, there in self.relation.pairs]
        key = dict(zip(names, (getattr(instance, name) for name in self.ids), strict=True))
        if None in key.values():
            return None
        return self._load(active_session(step.builder.factory_meta.factory.__name__), key)

    def _load(self, session: Any, key: dict[str, Any]) -> Any:
        with session.no_autoflush:
            found = session.query(self.relation.target).filter_by(**key).one_or_none()
        if found is None:
            asked = ", ".join(f"{name}={value!r}" for name, value in key.items())
            raise RefusedRowError(
                f"No {self.relation.target.__name__} has {asked}. "
                f"Make it first, or give {self.relation.name}=… instead of its id."
            )
        return found


def _is_object(value: Any) -> bool:
    return value is not None and get_builder_phase(value) is None


def _refuse_parameters(
    options: ModelOptions, name: str, ids: list[str], given: Mapping[str, Any]
) -> None:
    """Raise where `customer__name` is given beside `customer_id`."""
    # a trait of the parent that is switched off leaves a Maybe behind
    beside = [
        key
        for key, value in given.items()
        if key.startswith(name + SPLITTER) and not isinstance(value, Maybe)
    ]
    if beside:
        asked = ", ".join(f"{key}={given[key]!r}" for key in ids)
        raise RefusedRowError(
            f"{options.factory_name} was given {asked}, which names a row that exists, and "
            f"{', '.join(beside)}, which describes one to be made. Give one of the two."
        )
