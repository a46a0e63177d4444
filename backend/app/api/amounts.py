"""Decimal numbers as JSON carries them: written out as text, or as a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


@dataclass(frozen=True)
class Amount:
    """Marks a Decimal of a NUMERIC column: so many digits, `places` of them after the point.

    Numbers of more digits, NaN and the infinities are refused, and so are negative numbers
    unless `negative`, and nothing unless `zero`.
    """

    places: int
    digits: int = 12
    zero: bool = True
    negative: bool = False

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """A decimal within the bounds."""
        number = core_schema.decimal_schema(max_digits=self.digits, decimal_places=self.places)
        return core_schema.no_info_after_validator_function(
            self._within, core_schema.no_info_before_validator_function(self._written, number)
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A number, or the text of one."""
        step = Decimal(10) ** -self.places
        bounds = {"maximum": float((10**self.digits - 1) * step), "multipleOf": float(step)}
        least = 0.0 if self.zero else float(step)
        ranges = [{"type": "number", "minimum": least} | bounds]
        if self.negative:
            ranges.append(ranges[0] | {"minimum": -bounds["maximum"], "maximum": -least})
        return {"anyOf": [*ranges, {"type": "string", "pattern": self.pattern}]}

    @property
    def pattern(self) -> str:
        """How such a number is written: without leading zeros, plus sign, spaces or exponent."""
        some = rf"[1-9][0-9]{{0,{self.digits - self.places - 1}}}(\.[0-9]{{1,{self.places}}})?"
        # the first digit that is not zero stands after so many zeros
        firsts = (f"0{{{n}}}[1-9][0-9]{{0,{self.places - 1 - n}}}" for n in range(self.places))
        parts = [some, rf"0\.({'|'.join(firsts)})"]
        if self.zero:
            parts.append(rf"0(\.0{{1,{self.places}}})?")
        return f"^{'-?' if self.negative else ''}({'|'.join(parts)})$"

    def _written(self, value: object) -> object:
        if isinstance(value, bool):
            raise PydanticCustomError("decimal_type", "Input should be a number or its text")
        if isinstance(value, str) and not re.fullmatch(self.pattern, value):
            raise PydanticCustomError("decimal_parsing", self._expected)
        return value

    def _within(self, value: Decimal) -> Decimal:
        if (value < 0 and not self.negative) or (value == 0 and not self.zero):
            raise PydanticCustomError("decimal_range", self._expected)
        return value

    @property
    def _expected(self) -> Any:  # a LiteralString, says pydantic, which this cannot be
        kind = "number" if self.negative else "positive number"
        zero = " or 0" if self.zero else ""
        whole = self.digits - self.places
        return (
            f"Input should be a {kind}{zero} of at most {whole} digits and {self.places} decimals"
        )
