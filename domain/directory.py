"""The organisation of a county, as data: principals, care providers, units and the assignments of their staff."""

from collections.abc import Collection
from functools import cached_property

from domain.kernel import Actor, HsaId, Party, Role, Slug, UnitKind, Value


class Organisation(Value):
    """A principal (huvudman) or a care provider (vårdgivare)."""

    id: HsaId
    name: str
    organisation_number: str


class Principal(Organisation):
    """A principal (huvudman) of the county: its region or a municipality."""

    party: Party


class Provider(Organisation):
    """A care provider (vårdgivare). A municipality may be its own provider."""

    principal: HsaId


class Unit(Value):
    """A care unit of a provider."""

    id: HsaId
    name: str
    provider: HsaId
    kind: UnitKind
    phone: str | None = None
    """The phone number by which the unit is contacted (ORE-2.1-7)."""
    receives: tuple[Slug, ...] = ()
    """The kinds, professions or categories of care that the unit gets requests for. Empty: any, in own operation."""
    offices: tuple[Slug, ...] = ()
    """The offices that everybody at the unit holds, for example those of a unit that coordinates for the principal."""


class Assignment(Value):
    """A person's assignment to a unit, in a role (medarbetaruppdrag)."""

    person: HsaId
    name: str
    unit: HsaId
    role: Role
    offices: tuple[Slug, ...] = ()
    """The offices that the person holds in the principal, in its own words. `signatory`: may sign agreements for it."""


class Directory(Value):
    """The organisation of one county. `domain/authoring/directory_check.py` checks it when it is read."""

    county: Slug
    name: str
    principals: tuple[Principal, ...]
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    assignments: tuple[Assignment, ...]
    system: HsaId | None = None
    """The HSA-id of Kvittens itself, for events that it records by time alone. None: made from the region's number."""

    @cached_property
    def _principals(self) -> dict[str, Principal]:
        return {principal.id: principal for principal in self.principals}

    @cached_property
    def _providers(self) -> dict[str, Provider]:
        return {provider.id: provider for provider in self.providers}

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The staff: each person once for each assignment."""
        return tuple(map(self._actor, self.assignments))

    @cached_property
    def _actors_by_person(self) -> dict[str, tuple[Actor, ...]]:
        actors: dict[str, tuple[Actor, ...]] = {}
        for actor in self.actors:
            actors[actor.person] = (*actors.get(actor.person, ()), actor)
        return actors

    @cached_property
    def staff_by_kind(self) -> dict[HsaId, tuple[Actor, ...]]:
        """For each principal, one member of staff of each role and offices in each kind of unit."""
        first: dict[tuple[HsaId, UnitKind, Role, frozenset[Slug]], Actor] = {}
        for actor in self.actors:
            first.setdefault((actor.principal, actor.unit_kind, actor.role, frozenset(actor.offices)), actor)
        staff: dict[HsaId, tuple[Actor, ...]] = {}
        for (principal, *_), actor in first.items():
            staff[principal] = (*staff.get(principal, ()), actor)
        return staff

    def _actor(self, assignment: Assignment) -> Actor:
        unit = self._units[assignment.unit]
        offices = tuple(dict.fromkeys((*assignment.offices, *unit.offices)))
        return self._at(unit, person=assignment.person, role=assignment.role, offices=offices)

    def _at(self, unit: Unit, *, person: HsaId, role: Role, offices: tuple[Slug, ...] = ()) -> Actor:
        provider = self._providers[unit.provider]
        principal = self._principals[provider.principal]
        return Actor(
            person=person,
            unit=unit.id,
            unit_kind=unit.kind,
            provider=provider.id,
            principal=principal.id,
            party=principal.party,
            role=role,
            county=self.county,
            offices=offices,
        )

    @cached_property
    def region(self) -> Principal:
        """The county's region."""
        return next(principal for principal in self.principals if principal.party is Party.REGION)

    @cached_property
    def municipalities(self) -> tuple[Principal, ...]:
        """The county's municipalities."""
        return tuple(principal for principal in self.principals if principal.party is Party.MUNICIPALITY)

    def principal(self, id: str) -> Principal | None:
        """Return the principal with the HSA-id."""
        return self._principals.get(id)

    def provider(self, id: str) -> Provider | None:
        """Return the care provider with the HSA-id."""
        return self._providers.get(id)

    def unit(self, id: str) -> Unit | None:
        """Return the unit with the HSA-id."""
        return self._units.get(id)

    def municipality(self, id: str) -> Principal | None:
        """Return the municipality with the HSA-id."""
        principal = self._principals.get(id)
        return principal if principal is not None and principal.party is Party.MUNICIPALITY else None

    def units_of(self, principal: str) -> tuple[Unit, ...]:
        """Return the units of a principal, its private providers' units as well."""
        return tuple(unit for unit in self.units if self._providers[unit.provider].principal == principal)

    def find_receiving_units(self, principal: str, care: Collection[Collection[str]]) -> tuple[Unit, ...]:
        """Find the units of a principal that a request can go to. `care` has the words of each intervention in it.

        They are those that receive such care by name. If there is none, they are the units for any care in the
        principal's own operation. A private performer gets only what the directory says that it receives.
        """
        units = [unit for unit in self.units_of(principal) if unit.receives or unit.kind.receives_any]
        named = [unit for unit in units if care and all(set(unit.receives) & set(words) for words in care)]
        own = [unit for unit in units if not unit.receives and self._is_own(unit)]
        return tuple(named or own or [unit for unit in units if not unit.receives] or units)

    def _is_own(self, unit: Unit) -> bool:
        """Return True if the unit is in its principal's own operation (egen regi)."""
        provider = self._providers[unit.provider]
        return provider.organisation_number == self._principals[provider.principal].organisation_number

    def actor(self, person: str, unit: str | None = None, *, of: str | None = None) -> Actor | None:
        """Return the person's assignment at the unit. Without a unit, return the first, preferably at `of`."""
        actors = [actor for actor in self._actors_by_person.get(person, ()) if unit in (None, actor.unit)]
        return min(actors, key=lambda actor: actor.principal != of, default=None)

    @property
    def record(self) -> HsaId:
        """The HSA-id of Kvittens itself."""
        return self.system or f"{self.region.id.partition('-')[0]}-KVITTENS"

    def record_actor(self, principal: str) -> Actor | None:
        """Return Kvittens itself as an actor for a principal, at its first unit. None if the principal has no unit."""
        for unit in self.units:
            provider = self._providers[unit.provider]
            if provider.principal == principal:
                return self._at(unit, person=self.record, role=Role.SYSTEM)
        return None

    def name_of(self, id: str) -> str | None:
        """Return the name of the person, unit or organisation with the HSA-id."""
        for found in (self._principals.get(id), self._providers.get(id), self._units.get(id)):
            if found is not None:
                return found.name
        if id == self.record:
            return "Kvittens"
        return next((assignment.name for assignment in self.assignments if assignment.person == id), None)
