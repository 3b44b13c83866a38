"""The record of an agreement version: what takes both parties, what one may not say, and what waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Self
from uuid import UUID, uuid5

import pytest

from domain.act import Act
from domain.agreements.matrix import Question, resolve
from domain.agreements.model import Agreement, Way
from domain.authoring.publication import load_published, read_published_text
from domain.authoring.validation import read
from domain.directory import Directory
from domain.kernel import SIGNATORY, SWEDEN, Actor, Event, Party, Refusal, Role
from domain.ledger_permission import BINDING, KEEPING, WORKING
from domain.ledgers.versions.acts import additions
from domain.ledgers.versions.acts import version as acts
from domain.ledgers.versions.duties import find_version_duties
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.ledgers.versions.refusals import (
    EndConditionMissing,
    NotPartyOfAgreement,
    PrincipalNotStated,
    PrincipalWrong,
    ResponsibilityUncovered,
    TermsDiffer,
    TextFaulty,
    VersionExists,
)
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    NotRetroactive,
    OccurredTooEarly,
    OtherPartyMissing,
    PersonalNumber,
    UnknownReference,
    WrongState,
)
from domain.versions.events import EndingDeclared, LocalAgreementMade, LocalAgreementProposed, LocalRoutinePublished
from domain.versions.local_agreement import LocalAgreement, LocalPrecondition
from domain.versions.state import VersionRecord, evolve, fold, shipped_record
from domain.versions.validity import ValidityPeriod, derive_validity, list_unconcluded
from service.directory import read_demonstration

Decision = Callable[..., tuple[Event, ...]]
NAMES = {entry.decide: name for name, entry in VERSION_RECORD.decisions.items()}
IDS = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True)
class Record:
    """A version's record in a demonstration county, built by its acts."""

    agreement: Agreement
    directory: Directory
    record: VersionRecord
    events: tuple[Event, ...] = ()

    @property
    def region(self) -> Actor:
        """The person who signs for the region."""
        return self.somebody(self.directory.region.id)

    def municipality(self, place: int = 0) -> Actor:
        """Return somebody who acts for one of the municipalities."""
        return self.somebody(self.directory.municipalities[place].id)

    def somebody(self, principal: str) -> Actor:
        """Return the person who signs for the principal."""
        own = (actor for actor in self.directory.actors if actor.principal == principal)
        return next(actor for actor in own if SIGNATORY in actor.offices)

    def provider(self, actor: Actor) -> str:
        """Return a care provider of the actor's principal."""
        return next(provider.id for provider in self.directory.providers if provider.principal == actor.principal)

    def decided(
        self, decide: Decision, by: Actor, on: str, *, recorded: str | None = None, **content: Any
    ) -> tuple[Event, ...]:
        """Return the events of an act of a Swedish day at noon, recorded at noon of the same day or a later one."""
        noon = datetime.fromisoformat(on).replace(hour=12, tzinfo=SWEDEN)
        act = Act(
            name=NAMES[decide],
            id=uuid5(IDS, f"{len(self.events)} {on}"),
            actor=by,
            occurred_at=noon,
            now=datetime.fromisoformat(recorded or on).replace(hour=12, tzinfo=SWEDEN),
            agreement=self.agreement,
            directory=self.directory,
            known_versions={self.agreement.ref: None},
        )
        return decide(act=act, **content) if decide is acts.submit_version else decide(self.record, act=act, **content)

    def after(self, decide: Decision, by: Actor, on: str, **content: Any) -> Self:
        """Return the record with one act more."""
        events = self.decided(decide, by, on, **content)
        state = self.record
        for event in events:
            state = evolve(state, event)
        return replace(self, record=state, events=(*self.events, *events))

    def refuses(self, refusal: type[Refusal], decide: Decision, by: Actor, on: str, **content: Any) -> Refusal:
        """Check that the act is refused, and return the refusal."""
        with pytest.raises(refusal) as refused:
            self.decided(decide, by, on, **content)
        assert refused.value.remedy
        return refused.value

    @property
    def waits(self) -> dict[str, Any]:
        """The duties that the record waits for, by key."""
        parties = [principal.id for principal in self.directory.municipalities]
        return {duty.key: duty for duty in find_version_duties(self.agreement, self.record, parties)}


@cache
def record(county: str) -> Record:
    """Return the county's version as it came with the package."""
    agreement = next(agreement for agreement in load_published().agreements if agreement.county == county)
    return Record(agreement, read_demonstration()[county], shipped_record(county, agreement.ref))


def evenings(of: Record, **changes: Any) -> LocalAgreement:
    """Return a local agreement on care while the health centre is closed."""
    own = of.municipality()
    agreed: dict[str, Any] = {
        "key": "evenings",
        "municipality": own.principal,
        "way": Way.PRIMARY_AGREEMENT,
        "principal": of.directory.region.id,
        "providers": (of.provider(own),),
        "grants": ("local-agreement-closed-hours",),
        "valid_from": date(2013, 1, 1),
    }
    return LocalAgreement(**(agreed | changes))


VML = record("vastmanland")
GAV = record("gavleborg")
ORE = record("orebro")
agree = additions.agree_local_agreement
ON = "2013-02-01"


@pytest.mark.rule("SKR-6-1")
def test_a_local_agreement_holds_only_when_both_parties_have_agreed_to_the_same() -> None:
    proposed = VML.after(agree, VML.region, ON, agreed=evenings(VML))
    assert isinstance(proposed.events[-1], LocalAgreementProposed)
    assert proposed.record.local == {}

    alone = proposed.refuses(OtherPartyMissing, agree, VML.region, ON, agreed=evenings(VML))
    other = evenings(VML, valid_to=date(2013, 12, 31))
    at_odds = proposed.refuses(TermsDiffer, agree, VML.municipality(), ON, agreed=other)
    made = proposed.after(agree, VML.municipality(), ON, agreed=evenings(VML))

    assert (alone.rule, alone.where) == ("SKR-6-1", (Party.MUNICIPALITY,))
    assert at_odds.where == ("agreed.valid_to",)
    assert made.record.local[evenings(VML).full_key] == evenings(VML)
    assert made.record.proposals == {}
    assert fold(made.events) == made.record


@pytest.mark.rule("SKR-6-1")
def test_a_party_may_propose_other_words_until_the_other_has_agreed() -> None:
    other = evenings(VML, valid_to=date(2013, 12, 31))
    proposed = VML.after(agree, VML.region, ON, agreed=evenings(VML)).after(agree, VML.region, ON, agreed=other)

    assert isinstance(proposed.events[-1], LocalAgreementProposed)
    made = proposed.after(agree, VML.municipality(), ON, agreed=other)
    assert made.record.local[other.full_key] == other


def test_the_providers_of_a_local_agreement_are_in_the_directory() -> None:
    unknown = "SE0000000000-V1"
    named = VML.refuses(UnknownReference, agree, VML.region, ON, agreed=evenings(VML, providers=(unknown,)))
    of_an_area = evenings(VML, areas={"wounds": unknown})

    assert (named.rule, named.where) == ("SYS-1", (unknown,))
    assert VML.refuses(UnknownReference, agree, VML.region, ON, agreed=of_an_area).where == (unknown,)


@pytest.mark.rule("VML-11-2")
@pytest.mark.rule("VML-11-3")
def test_a_local_agreement_stands_on_the_clauses_that_the_text_gives_it_and_concerns_one_municipality() -> None:
    grants = ("local-agreement-other-provider", "local-agreement-closed-hours")
    agreed = evenings(VML, grants=grants)

    made = VML.after(agree, VML.region, ON, agreed=agreed).after(agree, VML.municipality(), ON, agreed=agreed)
    other = VML.refuses(NotPartyOfAgreement, agree, VML.municipality(1), ON, agreed=agreed)

    assert {"VML-11-2", "VML-11-3"} <= set(made.events[-1].basis.clauses)
    assert other.where == ("municipality",)
    for word in ("anything", "criteria-met"):
        unknown = VML.refuses(ContentNotKnown, agree, VML.region, ON, agreed=evenings(VML, grants=(word,)))
        assert unknown.where == (word,)


def test_each_municipality_has_its_own_local_agreements() -> None:
    other = VML.municipality(1)
    theirs = evenings(VML, municipality=other.principal, providers=(VML.provider(other),))

    both = VML
    for agreed in (evenings(VML), theirs):
        both = both.after(agree, VML.region, ON, agreed=agreed)
    for agreed, municipality in ((evenings(VML), VML.municipality()), (theirs, other)):
        both = both.after(agree, municipality, ON, agreed=agreed)

    assert sorted(both.record.local) == sorted([evenings(VML).full_key, theirs.full_key])


def test_a_local_agreement_that_replaces_another_leaves_the_days_before_it_as_they_were() -> None:
    first, later = evenings(VML), evenings(VML, valid_from=date(2014, 1, 1), grants=())
    theirs = evenings(VML, key="nights")
    made = VML
    for agreed, on in ((first, ON), (theirs, ON), (later, "2013-12-01")):
        made = made.after(agree, VML.region, on, agreed=agreed).after(agree, VML.municipality(), on, agreed=agreed)

    local = derive_validity(VML.agreement, made.record, [VML.municipality().principal]).local

    assert [
        addition.grants for addition in local if addition.key == "evenings" and addition.is_in_force(date(2013, 12, 31))
    ] == [first.grants]
    assert [
        addition.grants for addition in local if addition.key == "evenings" and addition.is_in_force(date(2014, 1, 1))
    ] == [()]
    assert [addition for addition in local if addition.key == "nights"] == [theirs]


@pytest.mark.rule("SKR-6-3")
def test_a_precondition_that_is_not_there_is_a_warning_and_no_hindrance() -> None:
    agreed = evenings(
        VML, preconditions={LocalPrecondition.GENERAL_INTEREST: True, LocalPrecondition.ORDINARY_RESOURCES: False}
    )

    made = VML.after(agree, VML.region, ON, agreed=agreed).after(agree, VML.municipality(), ON, agreed=agreed)

    event = made.events[-1]
    assert isinstance(event, LocalAgreementMade)
    assert event.warnings == (LocalPrecondition.ORDINARY_RESOURCES,)


@pytest.mark.rule("SKR-7-1")
def test_of_several_providers_one_must_answer_for_each_area() -> None:
    providers = (VML.provider(VML.region), VML.provider(VML.municipality()))
    open_area = evenings(VML, providers=providers, areas={"wounds": providers[0], "medicines": None})

    refused = VML.refuses(ResponsibilityUncovered, agree, VML.region, ON, agreed=open_area)
    silent = VML.refuses(ResponsibilityUncovered, agree, VML.region, ON, agreed=evenings(VML, providers=providers))

    assert (refused.rule, refused.where) == ("SKR-7-1", ("agreed.areas.medicines",))
    assert silent.where == ("agreed.areas",)
    covered = evenings(VML, providers=providers, areas={"wounds": providers[0], "medicines": providers[1]})
    assert VML.decided(agree, VML.region, ON, agreed=covered)


@pytest.mark.rule("SKR-10-1")
def test_a_transfer_makes_the_municipality_principal() -> None:
    transfer = evenings(VML, way=Way.TRANSFER, principal=None)

    proposed = VML.after(agree, VML.region, ON, agreed=transfer)

    assert proposed.record.proposals[evenings(VML).full_key].agreed.principal == VML.municipality().principal
    wrong = evenings(VML, way=Way.TRANSFER, principal=VML.directory.region.id)
    assert VML.refuses(PrincipalWrong, agree, VML.region, ON, agreed=wrong).rule == "SKR-10-1"


@pytest.mark.rule("SKR-10-2")
def test_cooperation_moves_nothing() -> None:
    nothing = evenings(VML, way=Way.COOPERATION, principal=None, providers=())
    assert VML.decided(agree, VML.region, ON, agreed=nothing)

    named = evenings(VML, way=Way.COOPERATION, principal=None)
    assert VML.refuses(PrincipalWrong, agree, VML.region, ON, agreed=named).rule == "SKR-10-2"


@pytest.mark.rule("SKR-10-3")
def test_an_agreement_at_primary_level_says_who_is_principal() -> None:
    refused = VML.refuses(PrincipalNotStated, agree, VML.region, ON, agreed=evenings(VML, principal=None))

    assert (refused.rule, refused.where) == ("SKR-10-3", ("agreed.principal",))
    third = evenings(VML, principal=VML.municipality(1).principal)
    assert VML.refuses(PrincipalWrong, agree, VML.region, ON, agreed=third).rule == "SKR-10-3"


@pytest.mark.rule("SKR-10-4")
def test_an_agreement_at_specialised_level_leaves_the_region_principal() -> None:
    municipal = evenings(VML, way=Way.SPECIALISED_AGREEMENT, principal=VML.municipality().principal)
    assert VML.refuses(PrincipalWrong, agree, VML.region, ON, agreed=municipal).rule == "SKR-10-4"

    blank = VML.after(agree, VML.region, ON, agreed=evenings(VML, way=Way.SPECIALISED_AGREEMENT, principal=None))
    assert blank.record.proposals[evenings(VML).full_key].agreed.principal == VML.directory.region.id


SECTIONS = {
    "responsibility": "The nurse on duty decides.",
    "structure": "A meeting every month.",
    "contact-paths": "Call the unit.",
    "participation": "The individual takes part in each meeting.",
}


def routine(of: Record, **sections: str | None) -> dict[str, Any]:
    own = of.municipality().principal
    return {"key": "paths", "title": "How we work", "municipality": own, "sections": SECTIONS | sections}


@pytest.mark.rule("ORE-3.1.5-6")
def test_a_local_routine_says_how_participation_is_strengthened() -> None:
    blank = routine(ORE, participation=None)

    refused = ORE.refuses(ContentMissing, additions.publish_local_routine, ORE.municipality(), "2025-04-01", **blank)

    assert (refused.rule, refused.where) == ("ORE-3.1.5-6", ("participation",))


def test_a_local_routine_has_no_section_that_the_version_does_not_have() -> None:
    content = routine(ORE, parking="Behind the unit.")

    refused = ORE.refuses(ContentNotKnown, additions.publish_local_routine, ORE.municipality(), "2025-04-01", **content)

    assert refused.where == ("parking",)


@pytest.mark.rule("ORE-3.1.5-5")
def test_a_municipality_without_a_routine_is_told_and_a_routine_overrides_nothing() -> None:
    own, other = ORE.municipality().principal, ORE.municipality(1).principal
    assert {f"publish-local-routine:{own}", f"publish-local-routine:{other}"} <= set(ORE.waits)

    after = ORE.after(additions.publish_local_routine, ORE.municipality(), "2025-04-01", **routine(ORE))

    assert isinstance(after.events[-1], LocalRoutinePublished)
    assert f"publish-local-routine:{own}" not in after.waits
    assert f"publish-local-routine:{other}" in after.waits
    physician = Question(level="primary", setting="ordinary", profession="physician", enrolled=True)
    assert after.events[-1].allocations == ()
    assert derive_validity(ORE.agreement, after.record, [own]).local == ()
    assert resolve(after.agreement, physician) == resolve(ORE.agreement, physician)


@pytest.mark.rule("GAV-11-1")
def test_the_yearly_follow_up_is_due_a_year_after_the_last_one() -> None:
    first = GAV.waits["hold-follow-up"]
    assert (first.due, first.rule) == (date(2019, 4, 1), "GAV-11-1")

    held = GAV.after(acts.hold_follow_up, GAV.region, "2019-03-15", revision_needed=True)

    assert held.waits["hold-follow-up"].due == date(2020, 3, 15)


@pytest.mark.rule("GAV-11-2")
def test_the_follow_up_is_owned_by_the_body_that_the_text_names() -> None:
    assert GAV.waits["hold-follow-up"].owner == "Länsledning Välfärd"


@pytest.mark.rule("GAV-3-1")
def test_an_early_end_takes_both_parties_cites_its_condition_and_never_goes_backwards() -> None:
    end, content = acts.end_version, {"last_day": date(2019, 6, 30), "condition": "The law has changed."}
    cited = content | {"clauses": ("GAV-3-1",)}
    own = GAV.municipality().principal

    uncited = GAV.refuses(EndConditionMissing, end, GAV.region, "2019-06-01", **content)
    late = GAV.refuses(NotRetroactive, end, GAV.region, "2019-07-01", **cited)
    declared = GAV.after(end, GAV.region, "2019-06-01", **cited)
    ended = declared.after(end, GAV.municipality(), "2019-06-02", **cited)

    assert GAV.agreement.end_condition is not None
    assert GAV.agreement.end_condition in uncited.remedy
    assert late.rule == "GAV-3-1"
    assert isinstance(declared.events[-1], EndingDeclared)
    whole = ValidityPeriod(first=date(2018, 4, 1), last=date(2019, 12, 31))
    assert derive_validity(GAV.agreement, declared.record, [own]).periods == {own: whole}
    early = ValidityPeriod(first=date(2018, 4, 1), last=date(2019, 6, 30))
    assert derive_validity(GAV.agreement, ended.record, [own]).periods == {own: early}
    other = GAV.municipality(1).principal
    assert derive_validity(GAV.agreement, ended.record, [other]).periods == {other: whole}


@pytest.mark.rule("GAV-3-1")
def test_a_day_that_both_have_agreed_to_end_on_is_not_moved_by_one_of_them() -> None:
    end, own = acts.end_version, GAV.municipality().principal
    cited = {"last_day": date(2019, 6, 30), "condition": "The law has changed.", "clauses": ("GAV-3-1",)}
    later = cited | {"last_day": date(2019, 12, 31)}
    ended = GAV.after(end, GAV.region, "2019-06-01", **cited).after(end, GAV.municipality(), "2019-06-02", **cited)

    ended.refuses(WrongState, end, GAV.municipality(), "2019-07-01", **later)
    spoken = ended.after(end, GAV.region, "2019-07-01", **later)

    early = ValidityPeriod(first=date(2018, 4, 1), last=date(2019, 6, 30))
    assert derive_validity(GAV.agreement, spoken.record, [own]).periods == {own: early}


@cache
def draft() -> Record:
    """Tell that the region has submitted a second version of Örebro's agreement."""
    text = read_published_text(ORE.agreement.ref).decode().replace('version = "R1"', 'version = "R2"', 1)
    agreement = read(text.encode())
    assert isinstance(agreement, Agreement)
    (submitted,) = ORE.decided(acts.submit_version, ORE.region, "2026-06-01", text=text)
    return replace(ORE, agreement=agreement, record=evolve(None, submitted))


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_is_published_once_when_the_region_and_a_municipality_have_each_signed_it_once() -> None:
    sign, publish, region, own = acts.sign_version, acts.publish_version, ORE.region, ORE.municipality()

    unsigned = draft().refuses(OtherPartyMissing, publish, region, "2026-06-02")
    by_region = draft().after(sign, region, "2026-06-02")
    half = by_region.refuses(OtherPartyMissing, publish, region, "2026-06-02")
    again = by_region.refuses(WrongState, sign, region, "2026-06-03")
    published = by_region.after(sign, own, "2026-06-03").after(publish, region, "2026-06-04")

    assert unsigned.where == (Party.REGION, Party.MUNICIPALITY)
    assert half.where == (Party.MUNICIPALITY,)
    assert again.where == ("signed by your principal",)
    assert published.refuses(WrongState, publish, region, "2026-06-05").where == ("published",)
    assert ORE.refuses(WrongState, publish, region, "2026-06-05").where == ("published",)


def test_a_draft_of_before_under_an_id_that_an_address_needs_is_not_published() -> None:
    signed = draft().after(acts.sign_version, ORE.region, "2026-06-02")
    signed = signed.after(acts.sign_version, ORE.municipality(), "2026-06-02")
    named = replace(signed, agreement=signed.agreement.model_copy(update={"id": "in-force"}))

    refusal = named.refuses(WrongState, acts.publish_version, ORE.region, "2026-06-03")

    assert (refusal.where, refusal.acts) == (("in-force",), ("withdraw-version",))
    assert "another id" in refusal.remedy


@pytest.mark.rule("SYS-6")
def test_a_version_is_not_published_before_it_was_signed() -> None:
    signed = draft().after(acts.sign_version, ORE.region, "2026-06-02")
    signed = signed.after(acts.sign_version, ORE.municipality(), "2026-06-05")

    signed.refuses(OccurredTooEarly, acts.publish_version, ORE.region, "2026-06-04")


@pytest.mark.parametrize(
    ("decide", "content"),
    [
        (acts.hold_follow_up, {"revision_needed": False}),
        (acts.end_version, {"last_day": date(2027, 1, 1), "condition": "The law has changed."}),
        (agree, {"agreed": evenings(ORE)}),
    ],
)
def test_a_draft_is_not_followed_up_ended_or_added_to(decide: Decision, content: dict[str, Any]) -> None:
    assert draft().refuses(WrongState, decide, ORE.region, "2026-06-02", **content).where == ("a draft",)


@pytest.mark.rule("GAV-8-1")
@pytest.mark.parametrize("by_name", [True, False])
def test_a_municipality_that_the_text_does_not_name_has_no_part_in_its_version(by_name: bool) -> None:
    own, other = GAV.municipality(), GAV.municipality(1)
    named = GAV.directory.municipalities[0].name if by_name else own.principal
    narrow = replace(GAV, agreement=GAV.agreement.model_copy(update={"municipalities": (named,)}))
    content: dict[str, Any] = {"revision_needed": False}

    assert narrow.decided(acts.hold_follow_up, own, "2019-03-15", **content)
    narrow.refuses(NotPartyOfAgreement, acts.hold_follow_up, other, "2019-03-15", **content)
    theirs = evenings(GAV, municipality=other.principal, providers=(GAV.provider(other),), grants=())
    narrow.refuses(NotPartyOfAgreement, agree, GAV.region, "2019-03-15", agreed=theirs)


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_is_never_put_in_force_backwards() -> None:
    agreement = draft().agreement
    signed = draft().after(acts.sign_version, ORE.region, "2025-04-01", recorded="2026-06-01")
    signed = signed.after(acts.sign_version, ORE.municipality(), "2025-04-01", recorded="2026-06-01")

    signed.refuses(NotRetroactive, acts.publish_version, ORE.region, "2025-04-01", recorded="2026-06-01")
    in_force = signed.after(acts.publish_version, ORE.region, "2026-06-01")

    own, other = ORE.municipality().principal, ORE.municipality(1)
    assert derive_validity(agreement, in_force.record, [own]).periods[own].first == date(2026, 6, 1)
    in_force.refuses(NotRetroactive, acts.sign_version, other, "2026-06-02", recorded="2026-07-01")


def test_a_text_is_refused_with_its_faults_in_another_county_and_under_a_name_that_is_taken() -> None:
    submit = acts.submit_version
    faulty = ORE.refuses(TextFaulty, submit, ORE.region, "2025-04-01", text="id = 1\nversoin = 2\n")
    assert "text.2" in faulty.where

    taken = read_published_text(ORE.agreement.ref).decode()
    assert ORE.refuses(VersionExists, submit, ORE.region, "2025-04-01", text=taken).where == ("version",)
    assert VML.refuses(Refusal, submit, VML.region, "2025-04-01", text=taken).where == ("county",)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CARE_STAFF, Role.SYSTEM])
def test_auditors_care_staff_and_the_record_itself_sign_nothing(role: Role) -> None:
    somebody = ORE.region.model_copy(update={"role": role})

    ORE.refuses(ActorNotAllowed, acts.sign_version, somebody, "2025-04-01")


def test_somebody_who_would_sign_without_the_office_is_told_which_one_it_takes() -> None:
    somebody = ORE.region.model_copy(update={"offices": ()})
    refused = ORE.refuses(ActorNotAllowed, acts.sign_version, somebody, "2025-04-01")

    assert refused.message.endswith(f"without the office {SIGNATORY}")
    assert refused.where[-1] == SIGNATORY


@pytest.mark.rule("ORE-3.1.5-5")
def test_a_routine_stands_on_the_clauses_that_ask_for_it_or_is_marked_as_not_regulated() -> None:
    asked = ORE.after(additions.publish_local_routine, ORE.municipality(), "2025-04-01", **routine(ORE)).events[-1]
    own = GAV.after(additions.publish_local_routine, GAV.municipality(), "2018-05-01", **routine(GAV)).events[-1]

    assert set(ORE.agreement.content["local-routine"].clauses) <= set(asked.basis.clauses)
    assert "local-routine" not in asked.basis.not_regulated
    assert "local-routine" in own.basis.not_regulated


@pytest.mark.rule("SKR-10-2")
def test_cooperation_names_no_principal() -> None:
    named = evenings(VML, way=Way.COOPERATION, providers=())

    assert VML.refuses(PrincipalWrong, agree, VML.region, ON, agreed=named).rule == "SKR-10-2"


@pytest.mark.rule("GAV-3-1")
def test_an_early_end_may_be_today_and_cites_clauses_that_the_text_has() -> None:
    content: dict[str, Any] = {"last_day": date(2019, 6, 1), "condition": "The law has changed."}
    cited = content | {"clauses": ("GAV-3-1",)}

    ended = GAV.after(acts.end_version, GAV.region, "2019-06-01", **cited).events[-1]

    assert "end-condition" not in ended.basis.not_regulated
    unknown = content | {"clauses": ("GAV-3-1", "ORE-0-99")}
    GAV.refuses(EndConditionMissing, acts.end_version, GAV.region, "2019-06-01", **unknown)


@pytest.mark.rule("SYS-7")
def test_a_version_without_an_end_condition_is_ended_without_one_and_the_record_says_so() -> None:
    content: dict[str, Any] = {"last_day": date(2026, 6, 30), "condition": "Both want it."}
    silent = replace(ORE, agreement=ORE.agreement.model_copy(update={"end_condition": None}))

    ended = silent.after(acts.end_version, ORE.region, "2026-06-01", **content).events[-1]

    assert "end-condition" in ended.basis.not_regulated


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_binds_each_municipality_from_its_own_signature_and_nobody_before_it_is_published() -> None:
    own, other = ORE.municipality(), ORE.municipality(1)
    parties = [own.principal, other.principal]
    signed = draft().after(acts.sign_version, ORE.region, "2026-06-02").after(acts.sign_version, own, "2026-06-03")
    published = signed.after(acts.publish_version, ORE.region, "2026-06-04")
    both = published.after(acts.sign_version, other, "2026-07-01")

    def first_days(of: Record) -> list[date]:
        return [period.first for period in derive_validity(of.agreement, of.record, parties).periods.values()]

    assert [first_days(record) for record in (signed, published, both)] == [
        [],
        [date(2026, 6, 4)],
        [date(2026, 6, 4), date(2026, 7, 1)],
    ]


def list_lacks(of: Record) -> dict[str, str]:
    """Return what is missing until the version binds each municipality that it does not bind yet."""
    return {each.municipality: each.lack for each in list_unconcluded(of.agreement, of.record, of.directory)}


@pytest.mark.rule("ORE-1.1-1")
def test_a_version_lacks_each_signature_and_its_publication_until_it_binds_a_municipality() -> None:
    sign, publish, region, own, other = (
        acts.sign_version,
        acts.publish_version,
        ORE.region,
        ORE.municipality(),
        ORE.municipality(1),
    )
    a, b, county = own.principal, other.principal, region.principal
    by_region = draft().after(sign, region, "2026-06-02")
    signed = by_region.after(sign, own, "2026-06-03")
    published = signed.after(publish, region, "2026-06-04")

    whole = list_lacks(draft())
    assert whole[a] == f"the signature of {county} and {a} and its publication"
    assert list_lacks(by_region)[a] == f"the signature of {a} and its publication"
    assert list_lacks(signed)[a] == "its publication"
    assert list_lacks(published)[b] == f"the signature of {b}"
    assert set(whole) - set(list_lacks(published)) == {a}


@pytest.mark.rule("GAV-8-2")
def test_a_text_that_came_with_the_package_binds_all_from_its_own_first_day_and_lacks_nothing() -> None:
    parties = [municipality.id for municipality in ORE.directory.municipalities]
    period = ValidityPeriod(first=ORE.agreement.valid_from, last=ORE.agreement.valid_to)

    validity = derive_validity(ORE.agreement, ORE.record, parties)

    assert (validity.periods, validity.concluded) == (dict.fromkeys(parties, period), {})
    assert list_lacks(ORE) == {}


@pytest.mark.rule("GAV-11-1")
def test_a_follow_up_that_is_recorded_late_does_not_bring_the_next_one_forward() -> None:
    held = GAV.after(acts.hold_follow_up, GAV.region, "2019-03-15", revision_needed=True)
    (late,) = held.decided(acts.hold_follow_up, GAV.region, "2018-10-01", recorded="2019-04-01", revision_needed=False)

    assert evolve(held.record, late).followed_up_at == held.record.followed_up_at


@pytest.mark.parametrize(
    ("first_ends", "later_begins", "left"),
    [
        ("2013-06-30", "2014-01-01", date(2013, 6, 30)),
        (None, "2014-01-01", date(2013, 12, 31)),
        (None, "2013-01-01", None),
    ],
    ids=["had ended", "ends then", "never held"],
)
def test_a_replaced_local_agreement_keeps_its_own_days_before_the_new_one(
    first_ends: str | None, later_begins: str, left: date | None
) -> None:
    first = evenings(VML, valid_to=date.fromisoformat(first_ends) if first_ends else None)
    later = evenings(VML, valid_from=date.fromisoformat(later_begins), grants=())
    made = VML
    for agreed in (first, later):
        made = made.after(agree, VML.region, ON, agreed=agreed).after(agree, VML.municipality(), ON, agreed=agreed)

    assert [local.valid_to for local in made.record.earlier] == ([left] if left else [])


@pytest.mark.rule("SYS-1")
def test_no_part_of_an_addition_holds_a_personal_number() -> None:
    content = routine(ORE, structure="Tora 1942 0515 9801")

    refused = ORE.refuses(PersonalNumber, additions.publish_local_routine, ORE.municipality(), "2025-04-01", **content)

    assert refused.where == ("sections",)


def test_every_act_on_a_version_has_somebody_who_does_it_where_the_text_names_nobody() -> None:
    assert VERSION_RECORD.decisions.keys() <= BINDING | KEEPING | WORKING
