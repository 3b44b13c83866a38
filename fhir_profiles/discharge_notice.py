"""A notice that the person is ready for discharge from hospital, as a Communication."""

from domain.case.state.case import Case
from domain.case.state.discharge_notice import DischargeNotice
from fhir_profiles import systems
from fhir_profiles.communication import to_communication
from fhir_profiles.elements import concept, local, on_behalf, organisation
from fhir_profiles.json import Resource

READY_FOR_DISCHARGE = "ready-for-discharge"
"""The code of the category."""
_TEXT = "Utskrivningsklar från sjukhuset"


def to_discharge_notices(case: Case) -> list[Resource]:
    """Render a Communication for each notice.

    A notice that was withdrawn is stopped, with the reason. One that was corrected is entered in error.
    """
    standing = (_render(case, each, "stopped" if each.withdrawn_at else "completed") for each in case.discharge_notices)
    return [*standing, *(_render(case, each, "entered-in-error") for each in case.corrected_notices)]


def _render(case: Case, notice: DischargeNotice, status: str) -> Resource:
    request, municipality = local("ServiceRequest", case.referral.id), case.municipality
    return to_communication(
        case,
        notice.id,
        by=case.region,
        unit=notice.unit,
        sent=notice.at,
        text=_TEXT,
        basedOn=[request],
        status=status,
        statusReason=concept(systems.STATUS_REASON, "withdrawn", notice.reason) if notice.withdrawn_at else None,
        category=[concept(systems.COMMUNICATION_KIND, READY_FOR_DISCHARGE)],
        about=[request],
        recipient=[on_behalf(organisation(municipality), municipality)] if municipality else None,
    )
