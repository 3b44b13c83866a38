"""The unit of a municipality that receives a request: the one that fits, or the one that the sender chooses."""

from collections.abc import Iterable

from domain.act import Act
from domain.directory import Directory, Unit
from domain.intervention import Intervention
from domain.kernel import HsaId
from domain.refusals import ReceivingUnitMissing, UnknownReference


def find_receiving_units(
    directory: Directory, receiver: HsaId, interventions: Iterable[Intervention]
) -> tuple[Unit, ...]:
    """Find the units of a municipality that fit a request, by the kinds, professions and categories of its care."""
    return directory.find_receiving_units(receiver, [_words_of(intervention) for intervention in interventions])


def _words_of(intervention: Intervention) -> tuple[str, ...]:
    words = (intervention.kind, intervention.profession, intervention.category)
    return tuple(str(word) for word in words if word is not None)


def choose_unit(act: Act, receiver: HsaId, interventions: Iterable[Intervention], unit: HsaId | None) -> HsaId | None:
    """Return the unit that a request goes to. If it names none, it is the only one that fits, if one does.

    The sender can name any unit of the municipality. Refuse to choose among several.
    """
    if unit is not None:
        return require_unit(act, receiver, unit)
    if act.actor.principal == receiver:
        return act.actor.unit
    fitting = find_receiving_units(act.directory, receiver, interventions)
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
