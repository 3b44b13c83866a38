"""Local agreements between the region and one municipality, about principals and providers of care (SKR 6-10)."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.agreements.conditions import follows_from_case
from domain.agreements.model import Way
from domain.kernel import MOST, HsaId, Slug, Value


class LocalPrecondition(StrEnum):
    """A precondition for a municipality to provide care for the region. It is SKR's opinion and no rule (SKR-6-3)."""

    ORDINARY_ORGANISATION = "ordinary-organisation"
    """The care needs no special organisation."""
    ORDINARY_RESOURCES = "ordinary-resources"
    """The care needs no special staff and no special material."""
    GENERAL_INTEREST = "general-interest"
    """The care is of general interest to the residents of the municipality."""


class LocalAgreement(Value):
    """An addition to a version, for one municipality and a period."""

    key: Slug
    """The id of the local agreement. Each municipality has its own ids."""
    municipality: HsaId
    way: Way
    """The form of cooperation."""
    principal: HsaId | None = None
    """The principal of the care. None if no responsibility moves."""
    providers: Annotated[tuple[HsaId, ...], Field(max_length=MOST)] = ()
    """The care providers, by HSA-id."""
    areas: Annotated[dict[Slug, HsaId | None], Field(max_length=MOST)] = {}
    """The provider that is responsible for each area. With several providers, each area must have one (SKR-7-1)."""
    grants: Annotated[tuple[Slug, ...], Field(max_length=MOST)] = ()
    """The conditions of the version's vocabulary that are true because of this agreement."""
    valid_from: date
    """The first day."""
    valid_to: date | None = None
    """The last day, included. None if it holds until further notice."""
    preconditions: dict[LocalPrecondition, bool] = {}
    """The parties' answer about each precondition."""

    @property
    def full_key(self) -> str:
        """The municipality and the key. They are unique under a version."""
        return f"{self.municipality} {self.key}"

    @property
    def warnings(self) -> tuple[LocalPrecondition, ...]:
        """The preconditions that are not met. They are shown and never stop the agreement (SKR-6-3)."""
        return tuple(precondition for precondition, is_met in sorted(self.preconditions.items()) if not is_met)

    def is_in_force(self, day: date) -> bool:
        """Return True if the agreement holds on the Swedish legal day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def list_uncovered_areas(self) -> Iterator[Slug]:
        """Yield the areas that none of the providers is responsible for."""
        yield from (area for area, provider in self.areas.items() if provider not in self.providers)


def find_granted(agreements: Iterable[LocalAgreement]) -> frozenset[Slug]:
    """Return the conditions of the version's vocabulary that hold by the local agreements (VML-11-2, -3).

    What follows from a case is none of them, though an older agreement may grant it.
    """
    granted = frozenset(condition for agreement in agreements for condition in agreement.grants)
    return granted - {condition for condition in granted if follows_from_case(condition)}
