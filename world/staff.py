"""The members of staff who act in one life: for each role the same person, as long as the life lasts."""

from functools import cached_property
from random import Random

from domain.directory import Directory
from domain.kernel import SIGNATORY, Actor, HsaId, Party, Role, UnitKind


class Staff:
    """The staff around one person: those of the region, and those of one municipality."""

    def __init__(self, directory: Directory, municipality: HsaId, chance: Random) -> None:
        self.directory = directory
        self.municipality = municipality
        self._chance = chance
        self._actors = directory.actors
        self._units = {kind: self._choose_unit(kind) for kind in UnitKind}

    def _choose_unit(self, kind: UnitKind) -> HsaId | None:
        """Choose a unit of a kind with the most kinds of staff, so that a team works at one place."""
        own = [
            actor
            for actor in self._actors
            if actor.unit_kind is kind and actor.role is not Role.OFFICIAL and self._is_near(actor)
        ]
        roles = {
            unit: len({actor.role for actor in own if actor.unit == unit}) for unit in sorted({a.unit for a in own})
        }
        best = [unit for unit, count in roles.items() if count == max(roles.values())]
        return self._chance.choice(best) if best else None

    def _is_near(self, actor: Actor) -> bool:
        return actor.party is Party.REGION or actor.principal == self.municipality

    def find(self, kind: UnitKind, role: Role) -> Actor:
        """Choose somebody with the role, at the unit of the kind if it has one. Raises LookupError."""
        near = [
            actor for actor in self._actors if (actor.unit_kind, actor.role) == (kind, role) and self._is_near(actor)
        ]
        here = [actor for actor in near if actor.unit == self._units[kind]] or near
        if not here:
            raise LookupError(f"{self.directory.county} has no {role} in {kind} near {self.municipality}")
        return self._chance.choice(here)

    @cached_property
    def region(self) -> HsaId:
        """The region."""
        return self.directory.region.id

    @cached_property
    def signatories(self) -> dict[HsaId, Actor]:
        """The person who signs agreements for each principal, the region's first."""
        signing = [actor for actor in reversed(self._actors) if SIGNATORY in actor.offices]
        found = {actor.principal: actor for actor in signing}
        return {id: found[id] for id in (self.region, *(principal.id for principal in self.directory.municipalities))}

    @cached_property
    def district_nurse(self) -> Actor:
        """A nurse of the health centre."""
        return self.find(UnitKind.PRIMARY_CARE, Role.NURSE)

    @cached_property
    def physician(self) -> Actor:
        """A physician of the health centre."""
        return self.find(UnitKind.PRIMARY_CARE, Role.PHYSICIAN)

    @cached_property
    def region_coordinator(self) -> Actor:
        """A coordinator of the region, who handles money."""
        return self.find(UnitKind.PRIMARY_CARE, Role.COORDINATOR)

    @cached_property
    def region_physiotherapist(self) -> Actor:
        """A physiotherapist of the health centre."""
        return self.find(UnitKind.PRIMARY_CARE, Role.PHYSIOTHERAPIST)

    @cached_property
    def auditor(self) -> Actor:
        """An auditor of the region."""
        return self.find(UnitKind.PRIMARY_CARE, Role.AUDITOR)

    @cached_property
    def specialist(self) -> Actor:
        """A physician of the clinic."""
        return self.find(UnitKind.SPECIALISED_CARE, Role.PHYSICIAN)

    @cached_property
    def specialist_nurse(self) -> Actor:
        """A nurse of the clinic."""
        return self.find(UnitKind.SPECIALISED_CARE, Role.NURSE)

    @cached_property
    def psychiatrist(self) -> Actor:
        """A physician of psychiatry; of any clinic, if the county has no psychiatry."""
        return self._find_in_psychiatry(Role.PHYSICIAN)

    @cached_property
    def psychiatric_nurse(self) -> Actor:
        """A nurse of psychiatry; of any clinic, if the county has no psychiatry."""
        return self._find_in_psychiatry(Role.NURSE)

    def _find_in_psychiatry(self, role: Role) -> Actor:
        clinic = (UnitKind.SPECIALISED_CARE, role)
        actors = [actor for actor in self._actors if (actor.unit_kind, actor.role) == clinic]
        own = [actor for actor in actors if "PSYK" in actor.unit]
        return self._chance.choice(own or actors)

    @cached_property
    def ward_nurse(self) -> Actor:
        """A nurse of the ward."""
        return self.find(UnitKind.INPATIENT_CARE, Role.NURSE)

    @cached_property
    def ward_physician(self) -> Actor:
        """A physician of the ward."""
        return self.find(UnitKind.INPATIENT_CARE, Role.PHYSICIAN)

    @cached_property
    def nurse(self) -> Actor:
        """A nurse of the municipality."""
        return self.find(UnitKind.MUNICIPAL_CARE, Role.NURSE)

    @cached_property
    def therapist(self) -> Actor:
        """An occupational therapist of the municipality."""
        return self.find(UnitKind.MUNICIPAL_CARE, Role.OCCUPATIONAL_THERAPIST)

    @cached_property
    def physiotherapist(self) -> Actor:
        """A physiotherapist of the municipality."""
        return self.find(UnitKind.MUNICIPAL_CARE, Role.PHYSIOTHERAPIST)

    @cached_property
    def care_staff(self) -> Actor:
        """A member of the municipality's unlicensed care staff; a nurse, if it has none."""
        try:
            return self.find(UnitKind.MUNICIPAL_CARE, Role.CARE_STAFF)
        except LookupError:
            return self.nurse

    @cached_property
    def coordinator(self) -> Actor:
        """A coordinator of the municipality."""
        return self.find(UnitKind.MUNICIPAL_CARE, Role.COORDINATOR)

    @cached_property
    def stranger(self) -> Actor:
        """A nurse of another municipality of the county."""
        others = [
            actor
            for actor in self._actors
            if actor.party is Party.MUNICIPALITY and actor.role is Role.NURSE and actor.principal != self.municipality
        ]
        return self._chance.choice(others)
