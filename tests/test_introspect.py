"""A mapped class is described as columns."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from factoryfloor.introspect import describe, is_mapped


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "code"),
        sa.CheckConstraint("quantity > 0", name="positive"),
        sa.Index("one_open_order", "customer_id", unique=True, postgresql_where=sa.text("open")),
        sa.Index("one_slug", "slug", unique=True),
        sa.Index("lower_code", sa.text("lower(code)"), unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    version: Mapped[int] = mapped_column()
    code: Mapped[str] = mapped_column("order_code", key="code")
    slug: Mapped[str]
    quantity: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    open: Mapped[bool | None]
    double: Mapped[int] = mapped_column(sa.Computed("quantity * 2"))
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()
    viewed: Mapped[Customer] = relationship(viewonly=True)
    __mapper_args__ = {
        "polymorphic_on": "kind",
        "polymorphic_identity": "order",
        "version_id_col": version,
    }


class Rush(Order):
    __tablename__ = "rushes"
    id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True)
    deadline: Mapped[datetime]
    __mapper_args__ = {"polymorphic_identity": "rush"}


def required(model: type[Base]) -> set[str]:
    return {found.name for found in describe(model).attributes if found.required}


def test_what_fills_itself_is_not_required() -> None:
    assert required(Order) == {"code", "slug", "customer_id"}


def test_a_joined_subclass_requires_what_its_parent_does() -> None:
    assert required(Rush) == {"code", "slug", "customer_id", "deadline"}


def test_a_relation_knows_the_columns_that_it_fills() -> None:
    (relation,) = describe(Order).relations

    assert (relation.name, relation.target, relation.pairs) == (
        "customer",
        Customer,
        (("customer_id", "id"),),
    )


def test_unique_keys_are_named_by_attributes() -> None:
    assert set(describe(Order).unique_keys) == {("id",), ("customer_id", "code"), ("slug",)}


def test_a_reference_names_the_columns_referred_to() -> None:
    (reference,) = describe(Order).references

    assert reference.attributes == ("customer_id",)
    assert [column.table.name for column in reference.columns] == ["customers"]


def test_checks_are_the_tables() -> None:
    assert [check.name for check in describe(Order).checks] == ["positive"]


def test_only_mapped_classes_are_mapped() -> None:
    assert is_mapped(Order)
    assert not is_mapped(dict)
    assert not is_mapped(None)


def test_a_class_is_read_once() -> None:
    assert describe(Order) is describe(Order)
