"""What comes before a handover to the municipality on each of Örebro's tracks, and what is owed after it."""

from functools import cache
from typing import Any

import pytest

from domain import statements
from domain.care_plan import decisions as care_plan
from domain.care_plan.events import MeetingForm, PlanKind, PlannedIntervention
from domain.enrolment import decisions as enrolment
from domain.enrolment import endings
from domain.enrolment.events import EnrolmentStarted, InterventionHandedOver, TaskDelegated
from domain.intervention import AllocatedIntervention, CareLevel, Intervention, InterventionKind, Profession, Scope
from domain.kernel import Party
from domain.referral import decisions as referral
from domain.referral.events import StatementRecorded
from domain.refusals import ActorNotAllowed, PlanRequired, PreconditionMissing, SipRequired
from projections.worklist import items
from tests.agreements.orebro import OREBRO as TEXT
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    OREBRO,
    PHYSIOTHERAPIST,
    SPECIALIST,
    THERAPIST_A,
    TOOK_PART,
    WARD_NURSE,
    WARD_PHYSICIAN,
    WOUND,
    Story,
    an,
    committed,
    enrolled,
    given,
    planned,
    request_in,
)

DRAIN = Intervention(key="drain", text="Emptying a pleural drain")


def newest(story: Story) -> Any:
    return list(story.told.plans)[-1]


def duties(story: Story, party: Party) -> set[tuple[str, str | None]]:
    open_items = items(story.told, TEXT)
    mine = [one for one in open_items if one.key.startswith("duty:") and one.party is party]
    return {(one.key.removeprefix("duty:"), one.rule) for one in mine}


# --- Treatment that stays with specialised care -----------------------------------------------------------------------


@cache
def region_performs() -> Story:
    """Enrolled on track 1, with a dressing that the region performs by the plan."""
    return enrolled().plan_reopened().plan_changed(planned(WOUND, Party.REGION)).plan_agreed()


@pytest.mark.rule("ORE-2.2-12")
def test_what_specialists_treat_is_not_handed_over_before_a_sip() -> None:
    asked: dict[str, Any] = {"by": DISTRICT_NURSE, "intervention": WOUND.key}

    given(region_performs().circumstance("specialist-treatment")).when(enrolment.hand_over, **asked).then_refused(
        SipRequired, rule="ORE-2.2-12", where=["sip-where-specialists-treat"]
    )
