"""The types of values that requests carry, each held to what its column can store.

A type accepts what its JSON schema says, no more and no less.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Interval
from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic.types import Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .amounts import Amount

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

LARGEST_INTEGER = 2_147_483_647
"""The end of PostgreSQL's `integer`."""
NOT_GIVEN: Any = None
"""The default of a value that may be left out but is never null."""

# Without control characters, and with something to see.
LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
# The same, and not beginning or ending with a space, which nobody sees in a list.
CODE = r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"
EMAIL = r"^[^@\x00-\x20\x7f]+@[^@\x00-\x20\x7f]+$"
# Any text but NUL, which PostgreSQL cannot store.
PROSE = r"^[^\x00]*$"


def _day(value: object) -> object:
    # Lead times can be added to such a date, and taken off, and it is still one.
    if isinstance(value, str) and len(value) == len("2026-01-31") and value[0] in "12345678":
        return value
    raise PydanticCustomError("date_parsing", "Input should be a date of the years 1000 to 8999")


def _whole(value: object) -> object:
    # JSON has one kind of number: 3.0 is 3.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _flag(value: object) -> object:
    if value in ("true", "false"):
        return value
    raise PydanticCustomError("bool_parsing", "Input should be true or false")


# Of paths and queries. There, FastAPI 0.104 heeds a type's limits only beside its own `Query`,
# or if the type is a class.
class RowId(int):
    """An id that PostgreSQL could have given to a row."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """An integer, from text too."""
        return core_schema.int_schema(ge=1, le=LARGEST_INTEGER)


SearchText = Annotated[str, Query(min_length=1, max_length=120, pattern=PROSE)]
Flag = Annotated[bool, BeforeValidator(_flag), Query()]

# Of bodies, where JSON tells a number from text.
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^[1-8]"}),
]
Reference = Annotated[int, Strict(), Interval(ge=1, le=LARGEST_INTEGER), BeforeValidator(_whole)]
Version = Reference
LineNumber = Reference
Pieces = Annotated[int, Strict(), Interval(ge=1, le=1_000_000), BeforeValidator(_whole)]
PiecesOrNone = Annotated[int, Strict(), Interval(ge=0, le=1_000_000), BeforeValidator(_whole)]
Days = Annotated[int, Strict(), Interval(ge=0, le=3_650), BeforeValidator(_whole)]
Switch = Annotated[bool, Strict()]
Money = Annotated[Decimal, Amount(places=2)]
UnitCost = Annotated[Decimal, Amount(places=4)]
Quantity = Annotated[Decimal, Amount(places=4, zero=False)]
QuantityOrNone = Annotated[Decimal, Amount(places=4)]
Movement = Annotated[Decimal, Amount(places=4, zero=False, negative=True)]
# Less than the columns of bills hold: these are multiplied from level to level.
QuantityPer = Annotated[Decimal, Amount(places=4, digits=9, zero=False)]
ScrapFactor = Annotated[Decimal, Amount(places=4, digits=5)]
Name = Annotated[str, StringConstraints(max_length=120, pattern=LINE)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=CODE)]
Unit = Annotated[str, StringConstraints(max_length=20, pattern=CODE)]
ShortText = Annotated[str, StringConstraints(max_length=80, pattern=LINE)]
Phone = Annotated[str, StringConstraints(max_length=40, pattern=LINE)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL)]
Prose = Annotated[str, StringConstraints(max_length=2_000, pattern=PROSE)]


class Input(BaseModel):
    """The body of a request; a field that is not known, as one misspelt, is refused."""

    model_config = ConfigDict(extra="forbid")


class Edit(Input):
    """A change of some fields of a row; the others, declared as `NOT_GIVEN`, stay."""

    version: Version

    def changes(self) -> dict[str, Any]:
        """What was sent, without the version that it was meant for."""
        return self.model_dump(exclude_unset=True, exclude={"version"})


class Row(BaseModel):
    """What a response shows of a row of the database."""

    model_config = ConfigDict(from_attributes=True)
