"""Payment liability: the days on which the municipality pays for a person who is ready to leave hospital.

A text holds days and conditions and no amounts. The amount of each year is published by an act.
"""

from datetime import time

from pydantic import Field

from domain.agreements.model.shapes import Clauses, Duration, FieldName, NonBlank
from domain.kernel import Slug, Value


class LiabilityStart(Value):
    """A row that gives the first day of liability, counted from the day of the notice."""

    days: int = Field(ge=0, le=365)
    """The number of calendar days from the day of the notice to the first day of liability."""
    same_day_until: time | None = None
    """The time of the day, for example "12:00", after which a notice counts from the next day.

    If left out, a notice counts from its own day at any time.
    """
    when: Slug | None = None
    """The condition under which the row holds, in the words of `[vocabulary.conditions]`. If left out, always."""
    clauses: Clauses


class LiabilityCondition(Value):
    """A statement that must be on record for the municipality to be liable."""

    id: Slug
    title: NonBlank
    """The thing that must be done, in Swedish."""
    statement: Slug
    """The kind of the statement by which it is on record."""
    field: FieldName | None = None
    """A yes-or-no field of the statement that must be yes. The latest statement counts. If left out, any will do."""
    within: Duration | None = None
    """The time after the notice in which the statement must be made, or else no day is liable.

    If left out, each day is liable that begins after the statement was made.
    """
    unless: Slug | None = None
    """The condition under which the statement is not needed, in the words of `[vocabulary.conditions]`.

    If left out, it is always needed.
    """
    clauses: Clauses


class LiabilityEnd(Value):
    """The rule about the day on which the person leaves the hospital."""

    counted: bool
    """True if the day on which the person leaves counts."""
    reading: NonBlank | None = None
    """The chosen reading, in words. If left out, the words leave no choice."""
    clauses: Clauses


class LiabilityRule(Value):
    """A part of the payment liability that only rests on rules."""

    clauses: Clauses


class PaymentLiability(Value):
    """The payment liability. What a county's text leaves out is as the national background says."""

    starts: tuple[LiabilityStart, ...] = ()
    """The first day. The first row whose condition holds when the notice is given answers; the law's comes last."""
    conditions: tuple[LiabilityCondition, ...] = ()
    """The conditions. A county's are added to the national ones, and take the place of one with the same id."""
    end: LiabilityEnd | None = None
    """The day on which the person leaves."""
    resident: LiabilityRule | None = None
    """The rules by which a municipality is liable for its own residents only."""
    amount: LiabilityRule | None = None
    """The rules about the amount for a day. The amount itself is published for each year by an act."""
    position: Slug | None = None
    """The kind of statement in which a party states its position on the liability. If left out, there is none."""
