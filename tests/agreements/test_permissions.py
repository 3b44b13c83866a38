"""Permissions, as the version gives them."""

import pytest

from domain.agreements.model import ActName, ActorGroup, ActRule, Denial, NotRegulated
from domain.kernel import Party, Role, UnitKind
from tests.agreements.orebro import OREBRO, actor

PRIMARY, SPECIALISED, MUNICIPAL = UnitKind.PRIMARY_CARE, UnitKind.SPECIALISED_CARE, UnitKind.MUNICIPAL_CARE


def answer(act: ActName, kind: UnitKind, role: Role = Role.NURSE) -> ActRule | Denial | NotRegulated:
    return OREBRO.allows(act, actor(kind, role), track="primary-care")


@pytest.mark.rule("ORE-3.1.2-1")
@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.NURSE, Role.PHYSIOTHERAPIST, Role.CARE_STAFF])
def test_health_staff_of_regional_primary_care_send_a_request(role: Role) -> None:
    assert isinstance(answer(ActName.SEND_REFERRAL, PRIMARY, role), ActRule)


@pytest.mark.rule("ORE-3.1.2-1")
@pytest.mark.parametrize(
    ("kind", "role"),
    [(MUNICIPAL, Role.NURSE), (PRIMARY, Role.COORDINATOR), (SPECIALISED, Role.NURSE), (PRIMARY, Role.AUDITOR)],
)
def test_nobody_else_sends_a_request(kind: UnitKind, role: Role) -> None:
    denied = answer(ActName.SEND_REFERRAL, kind, role)

    assert isinstance(denied, Denial)
    assert denied.rule == "ORE-3.1.2-1"
    assert str(denied.allowed[0]).startswith("region (primary-care, physician, nurse")


@pytest.mark.rule("ORE-3.1.1-1")
@pytest.mark.parametrize("kind", [PRIMARY, MUNICIPAL])
def test_both_parties_raise_a_need(kind: UnitKind) -> None:
    assert isinstance(answer(ActName.RAISE_NEED, kind), ActRule)


@pytest.mark.rule("ORE-3.1.2-6")
@pytest.mark.rule("ORE-3.1.2-7")
@pytest.mark.parametrize("act", [ActName.ACKNOWLEDGE_REFERRAL, ActName.CONTACT_PRINCIPAL])
def test_the_municipality_acknowledges_and_contacts(act: ActName) -> None:
    assert isinstance(answer(act, MUNICIPAL), ActRule)
    assert isinstance(answer(act, PRIMARY), Denial)


@pytest.mark.rule("ORE-3.1.1-3")
def test_an_assessment_is_made_by_licensed_staff_of_both_parties() -> None:
    assert isinstance(answer(ActName.RECORD_ASSESSMENT, PRIMARY, Role.PHYSICIAN), ActRule)
    assert isinstance(answer(ActName.RECORD_ASSESSMENT, MUNICIPAL), ActRule)
    assert isinstance(answer(ActName.RECORD_ASSESSMENT, MUNICIPAL, Role.CARE_STAFF), Denial)


@pytest.mark.rule("ORE-3-3")
@pytest.mark.rule("ORE-3.1.1-10")
@pytest.mark.rule("ORE-3.1.3-10")
@pytest.mark.rule("ORE-3.1.7-1")
@pytest.mark.parametrize(
    "act",
    [
        ActName.AGREE_EXCEPTION,
        ActName.ESTABLISH_LEVEL,
        ActName.ACCEPT_REFERRAL,
        ActName.COMMIT_TO_ENROLMENT,
        ActName.DECLARE_DISCHARGE,
    ],
)
def test_an_act_of_both_parties_is_marked_as_joint(act: ActName) -> None:
    allowed = answer(act, MUNICIPAL)

    assert isinstance(allowed, ActRule)
    assert allowed.joint


@pytest.mark.rule("ORE-3.1.4-7")
def test_a_plan_is_agreed_by_licensed_staff_of_both_parties() -> None:
    for kind in (PRIMARY, MUNICIPAL):
        agreed = answer(ActName.AGREE_PLAN, kind, Role.NURSE)
        assert isinstance(agreed, ActRule)
        assert agreed.joint
        assert isinstance(answer(ActName.AGREE_PLAN, kind, Role.CARE_STAFF), Denial)


@pytest.mark.rule("ORE-1.5-5")
def test_only_licensed_staff_delegate() -> None:
    assert isinstance(answer(ActName.DELEGATE_TASK, MUNICIPAL, Role.NURSE), ActRule)
    assert isinstance(answer(ActName.DELEGATE_TASK, MUNICIPAL, Role.CARE_STAFF), Denial)


def test_an_auditor_never_acts() -> None:
    assert isinstance(answer(ActName.RAISE_NEED, PRIMARY, Role.AUDITOR), Denial)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("act", [ActName.RECORD_DEATH, ActName.RECORD_MOVE])
def test_an_act_that_the_version_does_not_name_is_not_regulated(act: ActName) -> None:
    assert answer(act, MUNICIPAL) == NotRegulated(what=act, silences=("S17",))


@pytest.mark.rule("SYS-7")
def test_an_act_that_is_stated_for_other_tracks_only_is_not_regulated() -> None:
    found = OREBRO.allows(ActName.SEND_REFERRAL, actor(SPECIALISED, Role.PHYSICIAN), track="specialised-care")

    assert isinstance(found, NotRegulated)


@pytest.mark.rule("SYS-1")
def test_the_basis_of_an_act_cites_the_version_and_the_clauses() -> None:
    basis = OREBRO.basis(ActName.ACKNOWLEDGE_REFERRAL, "ORE-3.1.2-5")

    assert str(basis.agreement) == "1085641 R1"
    assert (basis.clauses, basis.not_regulated) == (("ORE-3.1.2-6", "ORE-3.1.2-5"), ())


@pytest.mark.rule("SYS-7")
def test_the_basis_of_an_unregulated_act_says_so() -> None:
    assert OREBRO.basis(ActName.RECORD_DEATH).not_regulated == ("record-death",)
    assert OREBRO.basis(ActName.RECORD_DEATH, "ORE-3.1.2-5").not_regulated == ()
    assert OREBRO.basis(ActName.ACKNOWLEDGE_REFERRAL).not_regulated == ()


def test_the_basis_of_an_act_marks_the_clauses_that_a_track_takes_over_from_another() -> None:
    track = OREBRO.tracks[0].model_copy(update={"by_analogy": ("ORE-3.1.2", "ORE-3.1.3")})
    version = OREBRO.model_copy(update={"tracks": (track, *OREBRO.tracks[1:])})

    basis = version.basis(ActName.ACKNOWLEDGE_REFERRAL, "ORE-1.1-1", track=track.id)

    assert (basis.clauses, basis.by_analogy) == (("ORE-3.1.2-6", "ORE-1.1-1"), ("ORE-3.1.2-6",))
    assert OREBRO.basis(ActName.ACKNOWLEDGE_REFERRAL, track=track.id).by_analogy == ()


def test_a_group_of_one_track_may_act_while_no_track_is_chosen_and_not_on_another() -> None:
    group = ActorGroup(party=Party.REGION, tracks=("primary-care",))

    assert [group.is_on(track) for track in ("primary-care", None, "rehabilitation")] == [True, True, False]


def test_a_basis_cites_no_clause_of_another_text() -> None:
    with pytest.raises(KeyError):
        OREBRO.basis(ActName.ACKNOWLEDGE_REFERRAL, "VML-4-2")


@pytest.mark.parametrize(
    "other",
    [
        ActorGroup(party=Party.MUNICIPALITY),
        ActorGroup(party=Party.REGION, unit_kinds=(SPECIALISED,)),
        ActorGroup(party=Party.REGION, roles=(Role.PHYSICIAN,)),
        ActorGroup(party=Party.REGION, offices=("chair",)),
    ],
    ids=["party", "unit", "role", "office"],
)
def test_groups_that_nobody_belongs_to_both_of_have_nothing_in_common(other: ActorGroup) -> None:
    nurses = ActorGroup(party=Party.REGION, unit_kinds=(PRIMARY,), roles=(Role.NURSE,), offices=("signatory",))

    assert nurses.narrow(other) is None
    assert nurses.narrow(ActorGroup(party=Party.REGION)) == nurses
    assert nurses.narrow(ActorGroup(party=Party.REGION, roles=(Role.PHYSICIAN, Role.NURSE))) == nurses


@pytest.mark.parametrize(
    ("narrower", "is_whole"),
    [
        ({}, True),
        ({"unit_kinds": (PRIMARY,)}, False),
        ({"roles": (Role.NURSE,)}, False),
        ({"offices": ("signatory",)}, False),
    ],
    ids=["party", "unit", "role", "office"],
)
def test_only_a_group_that_names_nobody_in_the_party_is_the_whole_party(
    narrower: dict[str, tuple[str, ...]], is_whole: bool
) -> None:
    group = ActorGroup.model_validate({"party": Party.REGION} | narrower)

    assert group.is_whole_party is is_whole


@pytest.mark.parametrize("tracks", [(), ("primary-care",)])
def test_a_rule_on_discharge_without_tracks_holds_for_every_track(tracks: tuple[str, ...]) -> None:
    rule = OREBRO.discharge[0].model_copy(update={"tracks": tracks})
    version = OREBRO.model_copy(update={"discharge": (rule,)})

    assert version.discharge_rule("primary-care") == rule
    assert version.discharge_rule("rehabilitation") == (NotRegulated(what="discharge") if tracks else rule)
