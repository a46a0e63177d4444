"""Reservations, shipment lines, bill revisions, purchasing terms, and versions for edits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import columns as col

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EDITED = (
    "customers",
    "vendors",
    "items",
    "products",
    "quotes",
    "sales_orders",
    "purchase_orders",
    "printers",
)
"""The tables whose rows are edited by people who may meet at one."""
VERSION = "raised by each edit; an edit names the last"


def upgrade() -> None:
    for table in EDITED:
        op.add_column(table, col.count("version", 1, VERSION))
    _add_purchasing_terms()
    _add_bill_revisions()
    _hold_printers_to_one_job()
    _hold_quotes_to_one_order()
    _create_reservations()
    _create_shipment_lines()


def downgrade() -> None:
    op.drop_table("shipment_lines")
    op.drop_table("reservations")
    op.drop_constraint("uq_sales_orders_quote_id", "sales_orders")
    op.create_index("ix_sales_orders_quote_id", "sales_orders", ["quote_id"])
    op.drop_index("uq_production_orders_printer_at_work", "production_orders")
    op.drop_column("production_orders", "bom_revision")
    # without revisions, all lines of a product would be in force
    op.execute(
        "DELETE FROM bom_lines USING products"
        " WHERE products.id = product_id AND revision <> products.bom_revision"
    )
    for column in ("scrap_factor", "revision"):
        op.drop_column("bom_lines", column)
    op.drop_column("products", "bom_revision")
    for column in ("preferred_vendor_id", "minimum_order_quantity"):
        op.drop_column("items", column)
    for table in EDITED:
        op.drop_column(table, "version")


def _add_purchasing_terms() -> None:
    minimum = "the least that a purchase order asks for"
    op.add_column("items", col.amount("minimum_order_quantity", 0, minimum))
    op.create_check_constraint(
        "minimum_order_quantity_not_negative", "items", "minimum_order_quantity >= 0"
    )
    op.add_column("items", col.optional("preferred_vendor_id", "vendors.id", "SET NULL"))


def _add_bill_revisions() -> None:
    in_force = "the revision of the bill of materials in force"
    op.add_column("products", col.count("bom_revision", 1, in_force))
    op.create_check_constraint("bom_revision_positive", "products", "bom_revision > 0")
    op.add_column("bom_lines", col.count("revision", 1))
    op.create_check_constraint("revision_positive", "bom_lines", "revision > 0")
    op.add_column(
        "bom_lines",
        sa.Column(
            "scrap_factor",
            sa.Numeric(6, 4),
            server_default=sa.text("0"),
            nullable=False,
            comment="0.05 takes 5 % more than quantity_per",
        ),
    )
    op.create_check_constraint("scrap_factor_not_negative", "bom_lines", "scrap_factor >= 0")
    released_with = "the revision of the product's bill of materials that it was released with"
    op.add_column("production_orders", sa.Column("bom_revision", sa.Integer, comment=released_with))
    op.create_check_constraint("bom_revision_positive", "production_orders", "bom_revision > 0")


def _hold_printers_to_one_job() -> None:
    op.create_index(
        "uq_production_orders_printer_at_work",
        "production_orders",
        ["printer_id"],
        unique=True,
        postgresql_where=sa.text("status = 'in_progress'"),
    )


def _hold_quotes_to_one_order() -> None:
    op.drop_index("ix_sales_orders_quote_id", "sales_orders")
    op.create_unique_constraint("uq_sales_orders_quote_id", "sales_orders", ["quote_id"])


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        col.key(),
        col.parent("item_id", "items.id"),
        sa.Column("quantity", col.QUANTITY, nullable=False, comment="in the item's unit"),
        sa.Column(
            "sales_order_line_id",
            sa.Integer,
            sa.ForeignKey("sales_order_lines.id", ondelete="CASCADE"),
        ),
        sa.Column(
            "production_order_id",
            sa.Integer,
            sa.ForeignKey("production_orders.id", ondelete="CASCADE"),
        ),
        col.created_at(),
        col.positive("quantity"),
        sa.CheckConstraint(
            "num_nonnulls(sales_order_line_id, production_order_id) = 1", name="one_owner"
        ),
        sa.UniqueConstraint("sales_order_line_id"),
        sa.UniqueConstraint("production_order_id", "item_id"),
    )


def _create_shipment_lines() -> None:
    op.create_table(
        "shipment_lines",
        col.key(),
        # the unique constraint begins with this column, so it needs no index of its own
        sa.Column(
            "shipment_id",
            sa.Integer,
            sa.ForeignKey("shipments.id", ondelete="CASCADE"),
            nullable=False,
        ),
        col.parent("sales_order_line_id", "sales_order_lines.id"),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.UniqueConstraint("shipment_id", "sales_order_line_id"),
        col.positive("quantity"),
    )
