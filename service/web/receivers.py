"""The receivers of a request that its form offers: the municipalities' units, with the one that fits proposed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.directory import Directory
from domain.kernel import HsaId
from domain.refusals import UnknownReference
from service.bootstrap import Services
from service.reads.receiving_units import find_home_municipality, list_receiving_units


class PageReceivers(NamedTuple):
    """The receivers that a form offers."""

    groups: Sequence[tuple[str, Sequence[dict[str, Any]]]]
    """The units to choose among, by the name of their municipality."""
    proposed: HsaId | None
    """The unit that is chosen from the beginning: the only one that fits where the person lives."""
    home: str | None
    """The name of the municipality in which the person lives by the register. None if it does not tell."""


def list_receivers(services: Services, case: Case) -> PageReceivers:
    """List the receivers of a request: where the person lives first.

    A need that names a municipality can go to no other, until that municipality has returned it. After a return no unit
    is proposed, because the one that fits by the directory may be the one that returned it.
    """
    directory, referral = services.directories[case.county], case.referral
    is_returned = referral.status is ReferralStatus.RETURNED
    now = services.clock.now()
    home = find_home_municipality(services.persons, case, now)
    named = referral.municipality if not is_returned else None
    known = [municipality.id for municipality in directory.municipalities if named in (None, municipality.id)]
    known.sort(key=lambda municipality: municipality != home)
    catalogue = services.catalogue
    units = {
        each: list(list_receiving_units(services.persons, catalogue, directory, case, now, each)) for each in known
    }
    likely = named or (home if home in known else None)
    fitting = [str(unit["unit"]) for unit in units.get(likely or "", ()) if unit["fits"]]
    return PageReceivers(
        groups=[(directory.name_of(each) or each, _offer(each, units[each])) for each in known],
        proposed=fitting[0] if len(fitting) == 1 and not is_returned else None,
        home=directory.name_of(home) if home is not None else None,
    )


def _offer(municipality: HsaId, units: Sequence[dict[str, object]]) -> Sequence[dict[str, object]]:
    """Return the units of a municipality; the municipality itself if it has none."""
    return units or [{"unit": municipality, "name": "Ingen viss enhet", "fits": False}]


def read_receiver(directory: Directory, chosen: str) -> dict[str, HsaId | None]:
    """Return the receiver that was chosen, as the act takes it. Raises UnknownReference."""
    if directory.municipality(chosen) is not None:
        return {"receiver": chosen, "unit": None}
    unit = directory.unit(chosen)
    provider = directory.provider(unit.provider) if unit is not None else None
    if provider is None:
        raise UnknownReference(
            "The directory has no such unit",
            rule="SYS-1",
            remedy="choose a unit of a municipality of this county",
            where=("unit",),
        )
    return {"receiver": provider.principal, "unit": chosen}
