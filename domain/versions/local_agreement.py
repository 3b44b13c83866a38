"""What the region and one municipality may agree on: who is principal and who is provider of what (SKR 6-10)."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.agreements.model import Way
from domain.kernel import MOST, HsaId, Slug, Value


class LocalPrecondition(StrEnum):
    """What SKR holds to be needed before a municipality provides care for the region (SKR-6-3); an opinion, no rule."""

    ORDINARY_ORGANISATION = "ordinary-organisation"
    """It takes no special organisation."""
    ORDINARY_RESOURCES = "ordinary-resources"
    """It takes no special staff or material resources."""
    GENERAL_INTEREST = "general-interest"
    """It is of general interest to the municipality's members."""


class LocalAgreement(Value):
    """One addition to a version, for one municipality, from a day and as long as it says."""

    key: Slug
    municipality: HsaId
    way: Way
    principal: HsaId | None = None
    """Whose duty the care is; None where the way moves nothing."""
    providers: Annotated[tuple[HsaId, ...], Field(max_length=MOST)] = ()
    """The care providers, by HSA-id."""
    areas: Annotated[dict[Slug, HsaId | None], Field(max_length=MOST)] = {}
    """Who of several providers answers for what; each area must have somebody (SKR-7-1)."""
    grants: Annotated[tuple[Slug, ...], Field(max_length=MOST)] = ()
    """The conditions of the version's vocabulary that hold by this agreement."""
    valid_from: date
    valid_to: date | None = None
    """The last day, included; None: until further notice."""
    preconditions: dict[LocalPrecondition, bool] = {}

    @property
    def of(self) -> str:
        """What it is known by under a version: each municipality has its own keys."""
        return f"{self.municipality} {self.key}"

    @property
    def warnings(self) -> tuple[LocalPrecondition, ...]:
        """The preconditions that are not there: shown, never a hindrance (SKR-6-3)."""
        return tuple(one for one, answer in sorted(self.preconditions.items()) if not answer)

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on the Swedish legal day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def uncovered(self) -> Iterator[Slug]:
        """The areas that none of the providers answers for."""
        yield from (area for area, provider in self.areas.items() if provider not in self.providers)
