"""The draft of a version: its author withdraws it, either party submits it anew, and its own document is attached."""

from datetime import date
from functools import cache

import pytest

from domain.authoring.publication import read_published_text
from domain.kernel import Actor
from domain.ledgers.versions.acts import conclusion, document
from domain.ledgers.versions.acts import version as acts
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.refusals import NotYourPrincipal, OccurredTooEarly, WrongState
from domain.versions.document import MediaType
from domain.versions.events import DocumentAttached, VersionSubmitted
from domain.versions.state import evolve
from domain.versions.validity import list_unconcluded
from tests.domain.test_version_records import ORE, Decision, Record, draft

SIGN, PUBLISH, WITHDRAW = acts.sign_version, acts.publish_version, acts.withdraw_version
ATTACH = document.attach_document
TEXT = read_published_text(ORE.agreement.ref).decode().replace('version = "R1"', 'version = "R2"', 1)


@cache
def withdrawn() -> Record:
    """Tell that the region has withdrawn the draft, which a municipality had signed."""
    signed = draft().after(SIGN, ORE.municipality(), "2026-06-02")
    return signed.after(WITHDRAW, ORE.region, "2026-06-03")


@pytest.mark.rule("SYS-3")
def test_a_draft_is_withdrawn_by_the_principal_that_submitted_it_alone() -> None:
    refused = draft().refuses(NotYourPrincipal, WITHDRAW, ORE.municipality(), "2026-06-03")

    assert refused.where == ("submitted_by",)
    assert withdrawn().record.withdrawn_at is not None


@pytest.mark.parametrize("decide", [SIGN, PUBLISH, WITHDRAW])
def test_nothing_more_is_done_with_a_withdrawn_version(decide: Decision) -> None:
    assert withdrawn().refuses(WrongState, decide, ORE.region, "2026-06-04").where == ("withdrawn",)
    later = {"municipality": ORE.municipality().principal, "concluded_on": date(2026, 6, 1), "original": "Arkivet"}
    withdrawn().refuses(WrongState, conclusion.declare_conclusion, ORE.region, "2026-06-04", **later)


def test_a_withdrawn_version_waits_for_no_signature() -> None:
    assert list(list_unconcluded(draft().agreement, draft().record, ORE.directory))
    assert list(list_unconcluded(draft().agreement, withdrawn().record, ORE.directory)) == []


@pytest.mark.rule("SYS-4")
def test_a_published_version_is_not_withdrawn() -> None:
    signed = draft().after(SIGN, ORE.region, "2026-06-02").after(SIGN, ORE.municipality(), "2026-06-02")
    published = signed.after(PUBLISH, ORE.region, "2026-06-03")

    for record in (published, ORE):
        assert record.refuses(WrongState, WITHDRAW, ORE.region, "2026-06-04").where == ("published",)


@pytest.mark.rule("SYS-6")
def test_a_draft_is_not_withdrawn_before_somebody_signed_it() -> None:
    signed = draft().after(SIGN, ORE.municipality(), "2026-06-03")

    signed.refuses(OccurredTooEarly, WITHDRAW, ORE.region, "2026-06-02")


@pytest.mark.parametrize("by", [ORE.region, ORE.municipality()], ids=["its author", "the other party"])
def test_a_withdrawn_version_is_submitted_anew_in_its_own_record_and_unsigned(by: Actor) -> None:
    earlier = withdrawn().record

    (event,) = ORE.decided(acts.submit_version, by, "2026-06-04", text=TEXT, withdrawn=earlier)

    assert isinstance(event, VersionSubmitted)
    assert (event.originator_id, event.originator_version) == (earlier.id, earlier.version + 1)
    anew = evolve(earlier, event)
    assert (anew.submitted_by, anew.withdrawn_at, anew.given) == (by.principal, None, {})


@pytest.mark.rule("SYS-6")
def test_a_withdrawn_version_is_not_submitted_anew_before_it_was_withdrawn() -> None:
    earlier = withdrawn().record

    ORE.refuses(OccurredTooEarly, acts.submit_version, ORE.region, "2026-06-02", text=TEXT, withdrawn=earlier)


# --- The agreement's own document -------------------------------------------------------------------------------------


def attach(of: Record, content: bytes, on: str, by: Actor = ORE.region) -> Record:
    """Return the record with a document that is attached as text."""
    return of.after(ATTACH, by, on, media_type=MediaType.TEXT, content=content)


def test_either_party_attaches_a_document_and_the_same_one_is_attached_once() -> None:
    once = attach(draft(), b"1 Inledning", "2026-06-02")
    again = attach(once, b"1 Inledning", "2026-06-03", ORE.municipality())
    another = attach(once, b"1 Inledning, 2 Parter", "2026-06-03", ORE.municipality())

    assert again == once
    assert [type(event) for event in another.events] == [DocumentAttached, DocumentAttached]
    assert [found.principal for found in another.record.documents] == [
        ORE.region.principal,
        ORE.municipality().principal,
    ]


def test_a_document_that_cannot_be_read_is_refused() -> None:
    draft().refuses(DocumentFaulty, ATTACH, ORE.region, "2026-06-02", media_type=MediaType.PDF, content=b"1 Inledning")


@pytest.mark.rule("SYS-6")
def test_a_document_is_not_attached_before_the_latest_one() -> None:
    once = attach(draft(), b"1 Inledning", "2026-06-03")

    content = {"media_type": MediaType.TEXT, "content": b"2 Parter"}
    once.refuses(OccurredTooEarly, ATTACH, ORE.region, "2026-06-02", **content)


def test_no_document_is_attached_to_a_withdrawn_version() -> None:
    content = {"media_type": MediaType.TEXT, "content": b"1 Inledning"}

    withdrawn().refuses(WrongState, ATTACH, ORE.region, "2026-06-04", **content)
