"""Bills of materials: their revisions, what they cost, and where they use an item."""

from __future__ import annotations

from fastapi import APIRouter, status
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.models import BOMLine, Item, Product
from app.services import bill_revisions as service
from app.services.costing import Cost, Use, cost_of, where_used
from app.services.errors import NotFoundError

from .access import for_planners
from .fields import NOT_GIVEN, RowId
from .parameters import Database
from .problems import problems
from .reading import required
from .schemas.bills import BillLineRead, BillRead, NewRevision, PuttingInForce, RevisionRead

router = APIRouter()


@router.get("/products/{product_id}/bill", responses=problems(404))
def bill(product_id: RowId, db: Database, revision: RowId = NOT_GIVEN) -> BillRead:
    """The revision in force of a product's bill, or another one of it."""
    product = required(db.get(Product, product_id), Product, product_id)
    return _shown(db, product, revision or product.bom_revision)


@router.get("/products/{product_id}/bill-revisions", responses=problems(404))
def bill_revisions(product_id: RowId, db: Database) -> list[RevisionRead]:
    """All revisions of a product's bill, the latest first; none where no bill was written."""
    product = required(db.get(Product, product_id), Product, product_id)
    lines = (
        select(BOMLine.revision, func.count())
        .where(BOMLine.product_id == product_id)
        .group_by(BOMLine.revision)
        .order_by(BOMLine.revision.desc())
    )
    return [
        RevisionRead(revision=number, in_force=number == product.bom_revision, lines=count)
        for number, count in db.execute(lines)
    ]


@router.post(
    "/products/{product_id}/bill-revisions",
    status_code=status.HTTP_201_CREATED,
    **for_planners(404, 409),
)
def revise_bill(product_id: RowId, new: NewRevision, db: Database) -> BillRead:
    """The next revision of a product's bill, in force from now on; 409 if it is circular."""
    product = service.revise(db, product_id, new.version, new.needed())
    db.commit()
    return _shown(db, product, product.bom_revision)


@router.post(
    "/products/{product_id}/bill-revisions/{revision}/put-in-force", **for_planners(404, 409)
)
def put_bill_in_force(
    product_id: RowId, revision: RowId, product_edit: PuttingInForce, db: Database
) -> BillRead:
    """The revision that the product is made by from now on."""
    product = service.put_in_force(db, product_id, product_edit.version, revision)
    db.commit()
    return _shown(db, product, revision)


@router.get("/products/{product_id}/cost", responses=problems(404, 409))
def product_cost(product_id: RowId, db: Database) -> Cost:
    """What the material of one piece costs over all levels of the bill, and what is earned."""
    return cost_of(db, required(db.get(Product, product_id), Product, product_id))


@router.get("/items/{item_id}/where-used", responses=problems(404, 409))
def item_where_used(item_id: RowId, db: Database) -> list[Use]:
    """Every product that takes an item, in its own bill or in that of a part of it."""
    return where_used(db, required(db.get(Item, item_id), Item, item_id))


def _shown(db: Database, product: Product, revision: int) -> BillRead:
    lines = db.scalars(
        select(BOMLine)
        .where(BOMLine.product_id == product.id, BOMLine.revision == revision)
        .order_by(BOMLine.id)
        .options(joinedload(BOMLine.item))
    ).all()
    in_force = revision == product.bom_revision
    if not (lines or in_force):
        raise NotFoundError(f"{product.sku} has no revision {revision} of its bill of materials")
    return BillRead(
        product_id=product.id,
        revision=revision,
        in_force=in_force,
        lines=[BillLineRead.model_validate(line) for line in lines],
        version=product.version,
    )
