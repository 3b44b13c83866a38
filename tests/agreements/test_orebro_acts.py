"""Permissions on each track of Örebro: sections 3.2, 3.3 and 3.4 differ from the process of track 1."""

import pytest

from domain.agreements.model import ActName, ActRule, Denial, Guard, NotRegulated
from domain.kernel import Role, UnitKind
from tests.agreements.orebro import OREBRO, actor

PRIMARY, SPECIALISED, INPATIENT, MUNICIPAL = (
    UnitKind.PRIMARY_CARE,
    UnitKind.SPECIALISED_CARE,
    UnitKind.INPATIENT_CARE,
    UnitKind.MUNICIPAL_CARE,
)
THERAPISTS = (Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST)
MEDICAL = ("primary-care", "specialised-care", "psychiatric-drugs", "inpatient-discharge")


def answer(act: ActName, kind: UnitKind, role: Role = Role.NURSE, *, track: str) -> ActRule | Denial | NotRegulated:
    return OREBRO.allows(act, actor(kind, role), track=track)


def allowed(act: ActName, kind: UnitKind, role: Role = Role.NURSE, *, track: str) -> ActRule:
    found = answer(act, kind, role, track=track)
    assert isinstance(found, ActRule)
    return found


def denied(act: ActName, kind: UnitKind, role: Role = Role.NURSE, *, track: str) -> str:
    """Return the rule that stands in the way."""
    found = answer(act, kind, role, track=track)
    assert isinstance(found, Denial)
    return found.rule


@pytest.mark.rule("ORE-1.1-1")
def test_the_agreement_takes_both_parties_signatures() -> None:
    for kind in (PRIMARY, MUNICIPAL):
        signed = OREBRO.allows(ActName.SIGN_VERSION, actor(kind, Role.COORDINATOR))
        assert isinstance(signed, ActRule)
        assert (signed.joint, signed.clauses) == (True, ("ORE-1.1-1",))


@pytest.mark.rule("ORE-3.1.5-5")
def test_the_local_parties_publish_routines() -> None:
    published = OREBRO.allows(ActName.PUBLISH_LOCAL_ROUTINE, actor(MUNICIPAL, Role.COORDINATOR))

    assert isinstance(published, ActRule)
    assert published.clauses == ("ORE-3.1.5-5",)


@pytest.mark.rule("ORE-3.2-2")
@pytest.mark.parametrize("track", ["specialised-care", "psychiatric-drugs"])
def test_specialised_care_proposes_a_handover_on_track_2(track: str) -> None:
    assert "ORE-3.2-2" in allowed(ActName.PROPOSE_HANDOVER, SPECIALISED, track=track).clauses
    assert denied(ActName.PROPOSE_HANDOVER, PRIMARY, track=track) == "ORE-3.2-2"
    assert denied(ActName.PROPOSE_HANDOVER, MUNICIPAL, track=track) == "ORE-3.2-2"


@pytest.mark.rule("ORE-3-6")
def test_inpatient_care_opens_discharge_planning_on_track_3() -> None:
    assert allowed(ActName.OPEN_DISCHARGE_PLANNING, INPATIENT, track="inpatient-discharge").clauses[0] == "ORE-3-6"
    assert denied(ActName.OPEN_DISCHARGE_PLANNING, SPECIALISED, track="inpatient-discharge") == "ORE-3-6"


@pytest.mark.parametrize(
    ("act", "track"),
    [
        (ActName.PROPOSE_HANDOVER, "primary-care"),
        (ActName.OPEN_DISCHARGE_PLANNING, "specialised-care"),
        (ActName.START_REHAB_ASSESSMENT, "primary-care"),
        (ActName.ACKNOWLEDGE_REFERRAL, "specialised-care"),
        (ActName.CONTACT_PRINCIPAL, "inpatient-discharge"),
    ],
)
@pytest.mark.rule("SYS-7")
def test_an_act_of_one_track_is_not_regulated_on_another(act: ActName, track: str) -> None:
    assert isinstance(answer(act, MUNICIPAL, track=track), NotRegulated)


@pytest.mark.rule("ORE-3.4-7")
@pytest.mark.parametrize("kind", [PRIMARY, MUNICIPAL])
@pytest.mark.parametrize("role", THERAPISTS)
def test_each_rehabilitation_profession_assesses_for_itself(kind: UnitKind, role: Role) -> None:
    assert allowed(ActName.START_REHAB_ASSESSMENT, kind, role, track="rehabilitation").clauses[0] == "ORE-3.4-7"
    assessed = allowed(ActName.RECORD_ASSESSMENT, kind, role, track="rehabilitation")
    assert (assessed.joint, assessed.clauses) == (False, ("ORE-3.4-7",))


@pytest.mark.rule("ORE-3.4-7")
def test_a_nurse_does_not_assess_rehabilitation() -> None:
    assert denied(ActName.RECORD_ASSESSMENT, MUNICIPAL, track="rehabilitation") == "ORE-3.4-7"
    assert isinstance(answer(ActName.RECORD_ASSESSMENT, MUNICIPAL, track="primary-care"), ActRule)


@pytest.mark.rule("ORE-3.4-4")
@pytest.mark.rule("ORE-3.4-5")
@pytest.mark.rule("ORE-3.4-6")
@pytest.mark.parametrize("kind", [PRIMARY, SPECIALISED, MUNICIPAL])
def test_anybody_may_initiate_rehabilitation_and_no_request_is_sent(kind: UnitKind) -> None:
    raised = allowed(ActName.RAISE_NEED, kind, track="rehabilitation")

    assert raised.clauses == ("ORE-3.4-4", "ORE-3.4-5", "ORE-3.4-6")
    assert isinstance(answer(ActName.SEND_REFERRAL, kind, track="rehabilitation"), NotRegulated)


@pytest.mark.rule("ORE-3.2.1-R2")
def test_the_region_alone_judges_that_psychiatric_drugs_can_be_handled_at_primary_level() -> None:
    judged = allowed(ActName.ESTABLISH_LEVEL, SPECIALISED, Role.PHYSICIAN, track="psychiatric-drugs")

    assert (judged.joint, judged.clauses) == (False, ("ORE-3.2.1-R2",))
    assert denied(ActName.ESTABLISH_LEVEL, MUNICIPAL, track="psychiatric-drugs") == "ORE-3.2.1-R2"
    assert allowed(ActName.ESTABLISH_LEVEL, MUNICIPAL, track="primary-care").joint


@pytest.mark.rule("ORE-3.2.1-R4")
@pytest.mark.rule("ORE-3.2.1-R6")
def test_the_region_answers_for_the_criteria_of_psychiatric_drug_handling() -> None:
    clauses = allowed(ActName.EVALUATE_CRITERIA, SPECIALISED, track="psychiatric-drugs").clauses

    assert {"ORE-3.2.1-R4", "ORE-3.2.1-R6"} <= set(clauses)
    assert denied(ActName.EVALUATE_CRITERIA, MUNICIPAL, track="psychiatric-drugs") == "ORE-3.2.1-R4"
    assert isinstance(answer(ActName.EVALUATE_CRITERIA, MUNICIPAL, track="primary-care"), ActRule)


@pytest.mark.rule("ORE-3.2.1-K1")
def test_the_municipal_nurse_takes_over_drug_handling() -> None:
    taken = allowed(ActName.ACCEPT_HANDOVER, MUNICIPAL, track="psychiatric-drugs")

    assert taken.clauses[0] == "ORE-3.2.1-K1"
    assert denied(ActName.ACCEPT_HANDOVER, MUNICIPAL, Role.CARE_STAFF, track="psychiatric-drugs") == "ORE-3.2.1-K1"
    assert denied(ActName.ACCEPT_HANDOVER, SPECIALISED, track="psychiatric-drugs") == "ORE-3.2.1-K1"


@pytest.mark.rule("ORE-3.2-3")
@pytest.mark.parametrize("track", ["specialised-care", "psychiatric-drugs"])
def test_on_track_2_both_hold_that_planning_with_the_individual_is_unnecessary(track: str) -> None:
    held = allowed(ActName.PLAN_WITHOUT_INDIVIDUAL, SPECIALISED, track=track)

    assert (held.joint, held.clauses) == (True, ("ORE-3.2-3",))
    assert OREBRO.silence("sip-waived").silences == ("S10",)


@pytest.mark.rule("ORE-3.4-9")
def test_rehabilitation_is_always_planned_with_the_individual() -> None:
    assert isinstance(answer(ActName.PLAN_WITHOUT_INDIVIDUAL, MUNICIPAL, track="rehabilitation"), NotRegulated)
    assert allowed(ActName.HOLD_PLANNING, MUNICIPAL, track="rehabilitation").clauses[0] == "ORE-3.4-9"


@pytest.mark.rule("ORE-3.4-11")
@pytest.mark.parametrize("act", [ActName.FOLLOW_UP_PLAN, ActName.REVISE_PLAN])
def test_a_rehabilitation_plan_is_followed_up_and_changed_by_its_professions(act: ActName) -> None:
    assert allowed(act, MUNICIPAL, Role.OCCUPATIONAL_THERAPIST, track="rehabilitation").clauses == ("ORE-3.4-11",)
    assert denied(act, MUNICIPAL, track="rehabilitation") == "ORE-3.4-11"


@pytest.mark.rule("ORE-3.4-12")
@pytest.mark.parametrize("role", THERAPISTS)
def test_one_rehabilitation_profession_ends_rehabilitation_without_a_second_party(role: Role) -> None:
    ended = allowed(ActName.DECLARE_DISCHARGE, MUNICIPAL, role, track="rehabilitation")

    assert (ended.joint, ended.clauses) == (False, ("ORE-3.4-12",))
    assert denied(ActName.DECLARE_DISCHARGE, MUNICIPAL, track="rehabilitation") == "ORE-3.4-12"
    assert allowed(ActName.DECLARE_DISCHARGE, MUNICIPAL, track="inpatient-discharge").joint


@pytest.mark.rule("ORE-3.4-10")
def test_self_care_is_mentioned_for_rehabilitation_only() -> None:
    by = Role.OCCUPATIONAL_THERAPIST
    assert allowed(ActName.ASSESS_SELF_CARE, MUNICIPAL, by, track="rehabilitation").clauses == ("ORE-3.4-10",)
    assert isinstance(answer(ActName.ASSESS_SELF_CARE, MUNICIPAL, track="primary-care"), NotRegulated)


@pytest.mark.rule("ORE-3.4-13")
def test_both_take_part_in_the_transfer_of_information_after_rehabilitation() -> None:
    for kind in (PRIMARY, MUNICIPAL):
        moved = allowed(ActName.TRANSFER_INFORMATION, kind, track="rehabilitation")
        assert moved.clauses == ("ORE-3.4-13",)


@pytest.mark.parametrize(
    ("guard", "tracks"),
    [
        pytest.param(each[0], each[1], marks=pytest.mark.rule(each[2]))
        for each in (
            (Guard.JOINT_INVESTIGATION, {"primary-care", "specialised-care", "inpatient-discharge"}, "ORE-3.1.3-1"),
            (Guard.JOINT_ASSESSMENT, {"primary-care", "specialised-care", "inpatient-discharge"}, "ORE-3.1.1-3"),
            (Guard.EQUAL_LEVELS, {"primary-care", "specialised-care", "inpatient-discharge"}, "ORE-3.1.3-10"),
            (Guard.ASSESSMENT_FIRST, {"primary-care"}, "ORE-3.1.2-5"),
            (Guard.PLAN_AFTER_LEVEL, {"primary-care"}, "ORE-3.1.3-2"),
            (Guard.JOINT_PLANNING, set(MEDICAL), "ORE-3.1.4-10"),
            (Guard.JOINT_CONSIDERATION, {*MEDICAL, "rehabilitation"}, "ORE-2.2-10"),
            (Guard.WITH_INDIVIDUAL, {*MEDICAL, "rehabilitation"}, "ORE-3.1.4-4"),
            (Guard.RISKS_ADDRESSED, {*MEDICAL, "rehabilitation"}, "ORE-2.2-4"),
            (Guard.ACCEPTED_HANDOVER, {*MEDICAL, "rehabilitation"}, "ORE-2.2-5"),
            (Guard.DELEGATION, {*MEDICAL, "rehabilitation"}, "ORE-1.5-5"),
            (Guard.OWN_WORDS, {*MEDICAL, "rehabilitation"}, "ORE-3.1.4-8"),
        )
    ],
)
def test_a_check_is_made_on_the_tracks_that_its_rule_is_written_for(guard: Guard, tracks: set[str]) -> None:
    all_tracks = {*MEDICAL, "rehabilitation"}

    assert {track for track in all_tracks if OREBRO.ground(guard, track) is not None} == tracks


@pytest.mark.rule("ORE-1.5-8")
def test_planning_with_the_individual_stands_on_the_person_centred_approach_too() -> None:
    ground = OREBRO.ground(Guard.WITH_INDIVIDUAL, "rehabilitation")

    assert ground is not None
    assert "ORE-1.5-8" in ground.clauses
