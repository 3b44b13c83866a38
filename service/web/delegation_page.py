"""The page of the delegations that hold at one's own principal."""

from typing import Any

from domain.kernel import Actor
from projections.delegations import DelegationEntry
from service.bootstrap import Services
from service.web import swedish
from service.web.case_page import person_line
from service.web.narration import make_narrator


def build_delegations_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Build the values of the page of delegations, the first to end first."""
    narrator = make_narrator(services, actor)
    rows = services.queries.delegations(actor, services.clock.now())
    persons = services.persons.get_many(actor.county, {patient for _, patient, _ in rows})
    held = [
        (case, person_line(persons.get(patient)), DelegationEntry.model_validate_json(body))
        for case, patient, body in rows
    ]
    return {
        "delegations": [
            {
                "case": case,
                "person": person,
                "text": entry.text,
                "form": swedish.VALUES["form"][entry.form],
                "performer": narrator.name_of(entry.performer),
                "by": narrator.name_of(entry.by),
                "since": entry.since,
                "last_day": entry.last_day,
            }
            for case, person, entry in held
        ]
    }
