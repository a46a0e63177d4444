"""How a document is shown after a change: as it then is in the database, with all its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from app.models import PurchaseOrder, Quote, SalesOrder, Shipment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

DocumentT = TypeVar("DocumentT", Quote, SalesOrder, Shipment, PurchaseOrder)


def committed(db: Session, whole: Select[DocumentT], document: DocumentT) -> DocumentT:
    """The document once its change is committed; `whole` loads what is shown of it."""
    return all_committed(db, whole, [document])[0]


def all_committed(
    db: Session, whole: Select[DocumentT], documents: Sequence[DocumentT]
) -> Sequence[DocumentT]:
    """The documents, by their ids, once their changes are committed."""
    ids = [document.id for document in documents]
    db.commit()
    model = whole.column_descriptions[0]["entity"]
    return db.scalars(whole.where(model.id.in_(ids)).order_by(model.id)).all()
