"""The first page: what waits for one's own principal, and the cases that it may read."""

from datetime import UTC, datetime
from typing import Any

from domain.kernel import Actor, legal_day
from projections.worklist.items import WorklistItem
from service.agreements import versions as agreements
from service.bootstrap import Services
from service.web.case_page import person_line
from service.web.duties import told_duties
from service.web.narration import Teller


def start_page(services: Services, actor: Actor) -> dict[str, Any]:
    """All that the page says."""
    today = legal_day(datetime.now(UTC))
    teller = Teller(services.directories[actor.county], services.catalogue.agreements)
    cases = services.queries.cases(actor)
    persons = services.persons.get_many(actor.county, {row[1] for row in cases})
    lines = {case: person_line(persons.get(patient)) for case, patient, _, _, _ in cases}
    versions = {
        str(one.record.id): f"/agreements/{one.agreement.id}/{one.agreement.version}"
        for one in agreements.list_versions(services.agreements.read_versions(), actor.county)
    }
    return {
        "duties": told_duties(teller, services.duties.list(actor, today), versions),
        "items": [
            (case, lines.get(case, "Ärende"), teller.item(WorklistItem.model_validate_json(body), today))
            for case, body in services.queries.worklist(actor)
        ],
        "cases": [
            {
                "id": case,
                "person": lines[case],
                "region": teller.name(region),
                "municipality": teller.name(municipality) if municipality else None,
                "recorded_at": recorded_at,
            }
            for case, _, region, municipality, recorded_at in cases
        ],
    }
