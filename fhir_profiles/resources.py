"""The FHIR resources of a case."""

from domain.case.state.case import Case
from fhir_profiles.cancellation import to_cancellation_tasks
from fhir_profiles.care_plan import to_care_plan
from fhir_profiles.care_team import to_care_team
from fhir_profiles.disagreement import to_communications, to_dispute_tasks
from fhir_profiles.discharge_notice import to_discharge_notices
from fhir_profiles.episode_of_care import to_episode_of_care
from fhir_profiles.json import Resource
from fhir_profiles.question import to_question_communications
from fhir_profiles.service_request import to_service_request
from fhir_profiles.task import to_past_tasks, to_task


def render(case: Case) -> tuple[Resource, ...]:
    """Render every resource of the case, without version and time of recording."""
    found = (
        to_service_request(case),
        to_task(case),
        *to_past_tasks(case),
        *to_cancellation_tasks(case),
        *to_dispute_tasks(case),
        *to_communications(case),
        *to_question_communications(case),
        *to_discharge_notices(case),
        to_episode_of_care(case),
        *(to_care_plan(case, plan) for plan in case.plans.values()),
        to_care_team(case),
    )
    return tuple(resource for resource in found if resource is not None)
