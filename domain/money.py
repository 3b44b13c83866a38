"""Money, hours and shares: exact decimal numbers that are rounded only as an agreement text says."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from domain.kernel import Label, Value

K = TypeVar("K", bound=str)


def _exact(number: Any) -> Any:
    """Return the decimal number of a text or of JSON. Raise ValueError for a binary fraction."""
    if isinstance(number, float | bool):
        raise ValueError('is not an exact number; write it as text, for example "0.5"')
    if isinstance(number, str | int):
        try:
            return Decimal(number)
        except InvalidOperation:
            raise ValueError('is no number; write for example "0.5"') from None
    return number


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False, max_digits=20, decimal_places=6)]
"""An exact decimal number. In a text and in JSON it is written as a string, for example "0.5"."""

NotNegative = Annotated[Exact, Field(ge=0)]
"""An exact number of zero or more."""


class UnitOfMeasure(StrEnum):
    """The unit of an amount."""

    SEK = "SEK"
    SEK_PER_HOUR = "SEK/h"
    SEK_PER_DAY = "SEK/d"
    HOURS = "h"
    SHARE = "share"
    PERCENT = "percent"
    KILOMETRES = "km"


class Figure(Value):
    """An amount with its origin: clauses, events, or named inputs. A figure without an origin is refused."""

    amount: Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
    unit: UnitOfMeasure
    clauses: tuple[str, ...] = ()
    sources: tuple[UUID, ...] = ()
    """The events that it is calculated from."""
    inputs: tuple[Label, ...] = ()
    """Sources outside the record, such as a published index."""

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not (self.clauses or self.sources or self.inputs):
            raise ValueError("has no origin; give clauses, sources or inputs")
        return self


class Rounding(Value):
    """The rounding of amounts of money. Each line is calculated exactly and rounded once, by itself."""

    decimals: int = Field(ge=0, le=4)
    mode: Literal["half-up", "half-even"]
    """half-up: a half is rounded away from zero. half-even: to the even neighbour."""

    def of(self, amount: Decimal | Fraction) -> Decimal:
        """Return the amount, rounded."""
        units = abs(Fraction(amount)) * 10**self.decimals
        whole, rest = divmod(units, 1)
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (self.mode == "half-up" or whole % 2 == 1))
        return self._amount((whole + up) * (-1 if amount < 0 else 1))

    def divide(self, pool: Decimal, weights: Mapping[K, Decimal]) -> dict[K, Decimal]:
        """Divide the pool into shares by weight, which add up to it exactly.

        Every share is rounded down. The units that are left go, one each, to the shares that lost most; between two
        that lost the same, to the one whose id comes first.

        Raise ValueError if the pool is negative or has more decimals than the rounding, if a weight is negative, or if
        no weight is over zero.
        """
        total = sum(map(Fraction, weights.values()), Fraction(0))
        units = Fraction(pool) * 10**self.decimals
        if units < 0 or units.denominator != 1 or total <= 0 or min(weights.values()) < 0:
            raise ValueError("only a rounded pool can be divided, by weights of which at least one is over zero")
        exact = {key: units * Fraction(weight) / total for key, weight in weights.items()}
        floor = {key: share // 1 for key, share in exact.items()}
        left = int(units) - sum(floor.values())
        first = sorted(exact, key=lambda key: (floor[key] - exact[key], key))[:left]
        return {key: self._amount(floor[key] + (key in first)) for key in weights}

    def _amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.decimals)
