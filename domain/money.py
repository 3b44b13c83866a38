"""Money, hours and shares: exact decimal numbers, rounded only as a text says, and never a binary fraction."""

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
    """A number from a text, or from JSON, whatever the strictness. Raises ValueError."""
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


class Unit(StrEnum):
    """What an amount counts."""

    SEK = "SEK"
    SEK_PER_HOUR = "SEK/h"
    HOURS = "h"
    SHARE = "share"
    PERCENT = "percent"
    KILOMETRES = "km"


class Figure(Value):
    """An amount that says where it comes from: clauses, events, or inputs by name. No figure is without an origin."""

    amount: Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
    unit: Unit
    clauses: tuple[str, ...] = ()
    sources: tuple[UUID, ...] = ()
    """The events that it was reckoned from."""
    inputs: tuple[Label, ...] = ()
    """What it was read from outside the record, such as a published index."""

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not (self.clauses or self.sources or self.inputs):
            raise ValueError("says nothing of where it comes from")
        return self


class Rounding(Value):
    """How amounts of money are rounded: each line by itself, once, when all else has been reckoned exactly."""

    decimals: int = Field(ge=0, le=4)
    mode: Literal["half-up", "half-even"]
    """half-up: a half is rounded away from zero. half-even: to the even neighbour."""
    remainder: Literal["largest-remainder"] = "largest-remainder"
    """Where a shared pool does not come out even: every share is first rounded down, and the units that are left go,
    one each, to the shares that lost most; of two that lost the same, to the one whose id comes first."""

    def of(self, amount: Decimal | Fraction) -> Decimal:
        """The amount, rounded."""
        units = abs(Fraction(amount)) * 10**self.decimals
        whole, rest = divmod(units, 1)
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (self.mode == "half-up" or whole % 2 == 1))
        return self._amount((whole + up) * (-1 if amount < 0 else 1))

    def shared(self, pool: Decimal, weights: Mapping[K, Decimal]) -> dict[K, Decimal]:
        """The pool in shares by weight that add up to it exactly.

        The pool is not negative and has no more decimals than the rounding; weights are not negative, and one is over
        zero. ValueError otherwise.
        """
        total = sum(map(Fraction, weights.values()), Fraction(0))
        units = Fraction(pool) * 10**self.decimals
        if units < 0 or units.denominator != 1 or total <= 0 or min(weights.values()) < 0:
            raise ValueError("only a rounded pool can be shared, by weights of which one is over zero")
        exact = {one: units * Fraction(weight) / total for one, weight in weights.items()}
        floor = {one: units_of // 1 for one, units_of in exact.items()}
        left = int(units) - sum(floor.values())
        first = sorted(exact, key=lambda one: (floor[one] - exact[one], one))[:left]
        return {one: self._amount(floor[one] + (one in first)) for one in weights}

    def _amount(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.decimals)
