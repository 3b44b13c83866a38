"""The unit of a municipality that receives a request: the one that fits, or the one that the sender chooses."""

from collections.abc import Iterable

from domain.act import Act
from domain.agreements.model import Agreement
from domain.case.rules.responsibility import can_be_municipal
from domain.case.state.case import Case
from domain.directory import Directory, Unit
from domain.intervention import Intervention
from domain.kernel import HsaId
from domain.refusals import ReceivingUnitMissing, UnknownReference


def find_receiving_units(
    directory: Directory, receiver: HsaId, case: Case, agreement: Agreement | None
) -> tuple[Unit, ...]:
    """Find the units of a municipality that fit a request, by the kinds, professions and categories of its care.

    Care that can never be the municipality's by the version, such as a physician's, asks nothing of a unit.
    """
    care = (
        each for each in case.referral.interventions if agreement is None or can_be_municipal(agreement, case, each)
    )
    return directory.find_receiving_units(receiver, [_words_of(intervention) for intervention in care])


def _words_of(intervention: Intervention) -> tuple[str, ...]:
    words = (intervention.kind, intervention.profession, intervention.category)
    return tuple(str(word) for word in words if word is not None)


def choose_unit(act: Act, case: Case, receiver: HsaId, unit: HsaId | None) -> HsaId | None:
    """Return the unit that a request goes to. If it names none, it is the only one that fits, if one does.

    The sender can name any unit of the municipality. Refuse to choose among several.
    """
    if unit is not None:
        return require_unit(act, receiver, unit)
    if act.actor.principal == receiver:
        return act.actor.unit
    fitting = find_receiving_units(act.directory, receiver, case, act.in_force)
    if len(fitting) > 1:
        raise ReceivingUnitMissing(
            f"Several units of {receiver} can receive the request",
            rule="SYS-1",
            remedy=f"give unit: {_list(fitting)}",
            where=("unit",),
        )
    return next((each.id for each in fitting), None)


def require_unit(act: Act, principal: HsaId, unit: HsaId) -> HsaId:
    """Return the unit. Refuse one that is not the principal's."""
    units = act.directory.units_of(principal)
    if unit not in {each.id for each in units}:
        raise UnknownReference(
            f"{principal} has no unit {unit}",
            rule="SYS-1",
            remedy=f"give {_list(units)}",
            where=("unit",),
        )
    return unit


def _list(units: Iterable[Unit]) -> str:
    return " or ".join(f"{unit.id} ({unit.name})" for unit in units)
