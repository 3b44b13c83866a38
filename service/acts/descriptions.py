"""The acts: one name each, and the decision that stands under it whichever way it is asked for (FHIR or JSON)."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from domain.agreements.model import ActName
from domain.case.acts import care_plan, enrolment, openings, referral, self_care, statements, visits
from domain.case.acts import care_plan_end as care_plan_endings
from domain.case.acts import criteria as weighing
from domain.case.acts import disagreement as disputes
from domain.case.acts import enrolment_end as endings
from domain.case.acts import resolution as resolutions
from domain.kernel import Event, Instant

Decision = Callable[..., tuple[Event, ...]]

DECISIONS: Mapping[ActName, Decision] = {
    ActName.RAISE_NEED: referral.raise_need,
    ActName.SUPPLEMENT_REFERRAL: referral.supplement,
    ActName.SEND_REFERRAL: referral.send,
    ActName.PROPOSE_HANDOVER: openings.propose_handover,
    ActName.OPEN_DISCHARGE_PLANNING: openings.open_discharge_planning,
    ActName.START_REHAB_ASSESSMENT: openings.start_rehab_assessment,
    ActName.ACKNOWLEDGE_REFERRAL: referral.acknowledge,
    ActName.CONTACT_PRINCIPAL: referral.contact,
    ActName.START_ASSESSMENT: referral.start_assessment,
    ActName.RECORD_ASSESSMENT: referral.record_assessment,
    ActName.EVALUATE_CRITERIA: weighing.evaluate_criteria,
    ActName.AGREE_EXCEPTION: weighing.agree_exception,
    ActName.GRANT_DEPARTURE: weighing.grant_departure,
    ActName.CONSIDER_JOINTLY: referral.consider_jointly,
    ActName.ESTABLISH_LEVEL: referral.establish_level,
    ActName.RAISE_DISAGREEMENT: disputes.raise_disagreement,
    ActName.RECORD_POSITION: disputes.record_position,
    ActName.RECORD_PROCEDURE_STEP: disputes.record_procedure_step,
    ActName.ESCALATE_DISAGREEMENT: disputes.escalate,
    ActName.WITHDRAW_DISAGREEMENT: disputes.withdraw_disagreement,
    ActName.RESOLVE_DISAGREEMENT: resolutions.resolve,
    ActName.ACCEPT_REFERRAL: referral.accept,
    ActName.DECLINE_REFERRAL: referral.decline,
    ActName.WITHDRAW_REFERRAL: referral.withdraw,
    ActName.CLOSE_REFERRAL: referral.close,
    ActName.INITIATE_PLAN: care_plan.initiate,
    ActName.HOLD_PLANNING: care_plan.hold_planning,
    ActName.PLAN_WITHOUT_INDIVIDUAL: care_plan.plan_without_individual,
    ActName.RECORD_PLAN_SECTION: care_plan.record_section,
    ActName.PLAN_INTERVENTION: care_plan.plan_intervention,
    ActName.ASSIGN_CONTACT_ROLE: care_plan.assign_contact,
    ActName.AGREE_PLAN: care_plan.agree,
    ActName.REVISE_PLAN: care_plan.revise,
    ActName.FOLLOW_UP_PLAN: care_plan.follow_up,
    ActName.TRANSFER_ORDERER: care_plan_endings.transfer_orderer,
    ActName.CLOSE_PLAN: care_plan_endings.close,
    ActName.LAPSE_PLAN: care_plan_endings.lapse,
    ActName.PROPOSE_ENROLMENT: enrolment.propose,
    ActName.ASSESS_SELF_CARE: self_care.assess,
    ActName.HAND_OVER_SELF_CARE: self_care.hand_over,
    ActName.MOVE_SELF_CARE: self_care.move,
    ActName.COMMIT_TO_ENROLMENT: enrolment.commit,
    ActName.REFUSE_ENROLMENT: enrolment.refuse,
    ActName.START_ENROLMENT: enrolment.start,
    ActName.ASSESS_RISKS: enrolment.assess_risks,
    ActName.CONFIRM_READINESS: enrolment.confirm_readiness,
    ActName.OPEN_READINESS_ACTION: enrolment.open_readiness_action,
    ActName.HAND_OVER_INTERVENTION: enrolment.hand_over,
    ActName.ACCEPT_HANDOVER: enrolment.accept_handover,
    ActName.DELEGATE_TASK: enrolment.delegate,
    ActName.PERFORM_INTERVENTION: enrolment.perform,
    ActName.INFORM_INDIVIDUAL: enrolment.inform_individual,
    ActName.DECLARE_DISCHARGE: endings.declare_discharge,
    ActName.CONTEST_DISCHARGE: endings.contest_discharge,
    ActName.COMPLETE_DISCHARGE: endings.complete_discharge,
    ActName.TRANSFER_INFORMATION: endings.transfer_information,
    ActName.RECORD_DEATH: endings.record_death,
    ActName.RECORD_MOVE: endings.record_move,
    ActName.RECORD_HOME_VISIT: visits.record_home_visit,
    ActName.RECORD_HOURS: visits.record_hours,
    ActName.RECORD_STATEMENT: statements.record_statement,
    ActName.RECORD_CIRCUMSTANCE: statements.record_circumstance,
}


class Body(BaseModel):
    """What every act may say besides its own content."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    occurred_at: Instant | None = Field(
        default=None, description="When it happened, with offset; now if left out. Never in the future."
    )

    def arguments(self) -> dict[str, Any]:
        """The decision's own arguments."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in Body.model_fields}


@dataclass(frozen=True)
class Asked:
    """One act that is asked for: its name and the decision's own arguments."""

    name: ActName
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Description:
    """An act as it is offered: its text and the body it takes are the decision's own docstring and parameters."""

    name: str
    decision: Decision
    supplied: frozenset[str] = frozenset({"act"})
    """The decision's arguments that the service gives, and no caller."""

    @cached_property
    def text(self) -> str:
        """What the act is, and the rules it stands on."""
        return inspect.getdoc(self.decision) or ""

    @cached_property
    def opens(self) -> bool:
        """Whether it takes nothing that stands before it."""
        kinds = [parameter.kind for parameter in inspect.signature(self.decision).parameters.values()]
        return inspect.Parameter.POSITIONAL_OR_KEYWORD not in kinds

    @cached_property
    def body(self) -> type[Body]:
        """The JSON that the act takes."""
        hints = get_type_hints(self.decision, include_extras=True)
        parameters = inspect.signature(self.decision).parameters
        own = {name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY} - self.supplied
        fields: dict[str, Any] = {
            name: (hint, ... if parameters[name].default is inspect.Parameter.empty else parameters[name].default)
            for name, hint in hints.items()
            if name in own
        }
        title = "".join(word.capitalize() for word in self.name.split("-"))
        return create_model(title, __base__=Body, __doc__=self.text, **fields)


OFFERED = tuple(Description(name, decision) for name, decision in DECISIONS.items())
