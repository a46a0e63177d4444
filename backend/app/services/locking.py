"""Row locks: whoever changes a row holds it until the transaction ends.

Every change of a production order holds the sales order that it is for. What is promised is given
up without holding the item: more is available then, never less.

Locks are taken in one order, so that two requests never wait for each other: quote, sales order,
production order, purchase order, printer, products and items each by their id, and last the
numbers of documents. Bills of materials are written one at a time, after their product is locked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import select

from app.models import Item, Product

from .errors import InvalidInputError, NotFoundError, StaleVersionError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from app.database import Base


class Versioned(Protocol):
    """A row that people edit."""

    version: int


RowT = TypeVar("RowT", bound="Base")
CataloguedT = TypeVar("CataloguedT", Item, Product)


def locked(db: Session, model: type[RowT], row_id: int, *, exclusively: bool = False) -> RowT:
    """The row as it is in the database now, held against changes of others.

    Held exclusively, as to be deleted, it waits for those who are about to refer to it, and keeps
    others from it. What else the session has read, such as the lines of an order, is read again
    when it is used.
    `NotFoundError` if there is none.
    """
    db.flush()  # what the session has changed but not written would be lost to the reading below
    db.expire_all()  # the lines of an order may have changed while this session waited for it
    # SQLAlchemy 2.0.23 caches one statement for both values of key_share; `of` has one of its own
    how: dict[str, object] = {"of": model} if exclusively else {"key_share": True}
    row = db.get(model, row_id, with_for_update=how)
    if row is None:
        raise NotFoundError(f"no {name_of(model)} has the id {row_id}")
    return row


def require(db: Session, model: type[RowT], row_id: int) -> RowT:
    """The row that an input refers to; `InvalidInputError` if there is none."""
    row = db.get(model, row_id)
    if row is None:
        raise InvalidInputError(f"no {name_of(model)} has the id {row_id}")
    return row


def require_all(
    db: Session, model: type[CataloguedT], row_ids: Collection[int]
) -> dict[int, CataloguedT]:
    """The rows that an input refers to, by their ids; `InvalidInputError` names those missing."""
    found = {row.id: row for row in db.scalars(select(model).where(model.id.in_(row_ids)))}
    if unknown := sorted(set(row_ids) - found.keys()):
        raise InvalidInputError(f"no {name_of(model)} has the id {', '.join(map(str, unknown))}")
    return found


def lock_items(db: Session, item_ids: Collection[int]) -> dict[int, Item]:
    """The items by their ids, held so that nobody else moves or promises their stock."""
    db.flush()
    rows = db.scalars(
        select(Item)
        .where(Item.id.in_(item_ids))
        .order_by(Item.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {item.id: item for item in rows}


def take_version(row: Versioned, version: int) -> None:
    """Count an edit of a locked row; `StaleVersionError` if another came between."""
    if row.version != version:
        raise StaleVersionError(
            f"version {version} was edited, {row.version} is the latest;"
            " read it again and repeat your change"
        )
    row.version += 1


def name_of(model: type[Base]) -> str:
    """What people call such a row: `sales order`."""
    words = "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__
    )
    return words.strip().replace("b o m", "bill of materials")
