"""The published version of Örebro, and its actors."""

from datetime import UTC, datetime

from domain.agreements.model import Agreement
from domain.kernel import Actor, Party, Role, UnitKind
from tests.agreements.published import find_in_force


def _in_force() -> Agreement:
    agreement = find_in_force("orebro", datetime(2025, 4, 1, 12, tzinfo=UTC))
    assert agreement is not None
    return agreement


OREBRO = _in_force()

PARTIES = {
    UnitKind.PRIMARY_CARE: Party.REGION,
    UnitKind.SPECIALISED_CARE: Party.REGION,
    UnitKind.INPATIENT_CARE: Party.REGION,
    UnitKind.MUNICIPAL_CARE: Party.MUNICIPALITY,
}


def actor(kind: UnitKind, role: Role) -> Actor:
    """Return someone of a role at a unit of a kind."""
    return Actor(
        person="SE0000000000-P1",
        unit="SE0000000000-U1",
        unit_kind=kind,
        provider="SE0000000000-V1",
        principal="SE0000000000-H1",
        party=PARTIES[kind],
        role=role,
        county="orebro",
    )
