"""Swedish words: every code has its own."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

import domain
from domain.agreements.model import ActName
from domain.authoring.publication import load_published
from domain.case.acts import DECISIONS
from domain.case.events.referral import WithdrawalReason
from domain.case.state.care_plan import PlanStatus
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.question import QuestionStatus
from domain.case.state.referral import ReferralStatus
from domain.kernel import Event, Party, Refusal, RefusalKind, Role, legal_midnight
from domain.refusals import OccurredTooEarly, OtherPartyMissing
from projections.timeline import list_entries
from projections.worklist.items import WorklistItem
from service.acts.attempts import ContentInvalid
from service.directory import read_demonstration
from service.record.event_classes import EVENT_CLASSES
from service.web import labels, swedish
from service.web.narration import HIDDEN, TITLED, Narrator
from service.web.page_values import PageItem
from tests.web.html import find_bare_enrolments
from tests.web.tables import list_tables, list_texts

RECORDED = Path(__file__).parents[1] / "recorded"
DOMAIN = Path(domain.__file__).parent
TWO_SENTENCES = r"[A-ZÅÄÖ][^.]+\. [A-ZÅÄÖ][^.]+\."
TRUE_OF_ALL = {
    "ACTOR_NOT_ALLOWED",
    "ACTOR_NOT_RECEIVER",
    "ANNEX_MISSING",
    "FACT_MISSING",
    "FACT_REFUSED",
    "INPUTS_INCOMPLETE",
    "NOT_PERFORMED",
    "NOT_REIMBURSABLE",
    "NOT_RETROACTIVE",
    "NOT_YOUR_PRINCIPAL",
    "NO_AGREEMENT_IN_FORCE",
    "NO_DELEGATION",
    "NO_EXCEPTION_IN_POLICY",
    "RATE_NOT_PUBLISHED",
    "TRACK_REQUIRED",
}
"""The codes with a sentence that is true of each of their remedies: most often, somebody else is to do it."""


def refusals(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for refusal in of.__subclasses__():
        if refusal.__module__.startswith(("domain.", "service.")):
            yield refusal
        yield from refusals(refusal)


@pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda cls: str(cls.TOPIC))
def test_every_event_has_a_complete_swedish_sentence(event_class: type[Event]) -> None:
    recorded = orjson.loads((RECORDED / f"{event_class.TOPIC}.json").read_bytes())
    event = event_class.model_validate(recorded | {"recorded_at": datetime(2026, 1, 1, tzinfo=UTC)})
    (entry,) = list_entries(0, [event])

    page_event = Narrator(read_demonstration()[event.actor.county], load_published().agreements).describe_event(
        entry, ()
    )

    assert page_event.sentence
    assert "{" not in page_event.sentence
    assert "  " not in page_event.sentence
    assert "None" not in page_event.sentence


def test_somebody_who_did_the_thing_is_not_named_twice() -> None:
    (event_class,) = [cls for cls in EVENT_CLASSES if cls.TOPIC == "enrolment.intervention-performed.v1"]
    recorded = orjson.loads((RECORDED / f"{event_class.TOPIC}.json").read_bytes())
    by_another = recorded | {"performer": "SE2120000001-USK1", "recorded_at": datetime(2026, 1, 1, tzinfo=UTC)}

    sentences = []
    for performer in (by_another["actor"]["person"], by_another["performer"]):
        (entry,) = list_entries(0, [event_class.model_validate(by_another | {"performer": performer})])
        narrator = Narrator(read_demonstration()[entry.actor.county], load_published().agreements)
        sentences.append(narrator.describe_event(entry, ()).sentence)

    assert sentences[0].startswith("utförde insatsen")
    assert sentences[1].startswith("dokumenterade att Ulla Undersköterska utförde insatsen")


@pytest.mark.rule("S19")
@pytest.mark.parametrize(
    ("topic", "criterion", "stands_out"),
    [
        ("referral.departure-granted.v1", "safe-at-home", True),
        ("referral.criteria-exception-agreed.v1", "age", True),
        ("referral.criteria-exception-agreed.v1", "safe-at-home", False),
    ],
)
def test_only_a_departure_and_an_exception_by_the_letter_stand_out(
    topic: str, criterion: str, stands_out: bool
) -> None:
    (event_class,) = [cls for cls in EVENT_CLASSES if topic == cls.TOPIC]
    recorded = orjson.loads((RECORDED / f"{topic}.json").read_bytes()) | {"criterion": criterion}
    event = event_class.model_validate(recorded | {"recorded_at": datetime(2026, 1, 1, tzinfo=UTC)})
    (entry,) = list_entries(0, [event])

    page_event = Narrator(read_demonstration()[event.actor.county], load_published().agreements).describe_event(
        entry, ()
    )

    assert (page_event.set_aside is not None) is stands_out


OF_CASES = [cls for cls in EVENT_CLASSES if not cls.TOPIC.startswith(("settlement.", "contract."))]


@pytest.mark.parametrize("event_class", OF_CASES, ids=lambda cls: str(cls.TOPIC))
def test_every_field_of_a_case_event_has_a_swedish_label(event_class: type[Event]) -> None:
    shown = set(event_class.model_fields) - set(Event.model_fields) - HIDDEN - TITLED

    assert shown - set(swedish.FIELDS) == set()


def test_no_sentence_lacks_its_event() -> None:
    assert set(swedish.EVENTS) == {str(event_class.TOPIC) for event_class in EVENT_CLASSES}


def test_every_status_role_reason_and_act_has_its_word() -> None:
    assert set(swedish.STATUSES["referral"]) == {str(status) for status in ReferralStatus}
    assert set(swedish.STATUSES["care-plan"]) == {str(status) for status in PlanStatus}
    assert set(swedish.STATUSES["question"]) == {str(status) for status in QuestionStatus}
    assert set(swedish.STATUSES["enrolment"]) == {str(status) for status in EnrolmentStatus}
    assert set(swedish.ROLES) == {str(role) for role in Role}
    assert set(swedish.ACTS) == {str(act) for act in ActName} >= {str(act) for act in DECISIONS}
    assert {str(reason) for reason in WithdrawalReason} <= set(swedish.REASONS)


def test_every_refusal_has_its_reason() -> None:
    codes = {refusal.code for refusal in refusals()}
    assert ContentInvalid.code in codes
    assert codes <= set(swedish.REFUSALS), codes - set(swedish.REFUSALS)


@pytest.mark.parametrize(("code", "text"), sorted(swedish.REFUSALS.items()))
def test_a_refusal_says_what_is_wrong_and_then_what_puts_it_right(code: str, text: str) -> None:
    assert re.fullmatch(TWO_SENTENCES, text), code


MEANINGS = [(code, place) for code, meanings in swedish.REFUSALS_BY_PLACE.items() for place in meanings]


@pytest.mark.parametrize(("code", "place"), MEANINGS)
def test_each_meaning_of_a_refusal_says_what_is_wrong_and_then_what_puts_it_right(code: str, place: str) -> None:
    assert re.fullmatch(TWO_SENTENCES, swedish.REFUSALS_BY_PLACE[code][place])


class Raised(NamedTuple):
    """A place in the domain that makes a refusal, with the words that stand there."""

    at: str
    remedy: str
    names: frozenset[str]
    """The words of `where` that do not depend on the case."""
    has_acts: bool


def list_raised() -> dict[type[Refusal], list[Raised]]:
    """List the places that make refusals, by class."""
    classes = {refusal.__name__: refusal for refusal in refusals()}
    found: dict[type[Refusal], list[Raised]] = {}
    for path in sorted(DOMAIN.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes):
                continue
            said = {each.arg: each.value for each in node.keywords}
            if "remedy" in said:
                where = ast.walk(said["where"]) if "where" in said else ()
                constants = [each.value for each in where if isinstance(each, ast.Constant)]
                names = frozenset(each for each in constants if isinstance(each, str))
                made = Raised(f"{path}:{node.lineno}", ast.unparse(said["remedy"]), names, "acts" in said)
                found.setdefault(classes[node.func.id], []).append(made)
    return found


def test_a_code_that_has_several_remedies_tells_them_apart_in_swedish() -> None:
    """By the acts or the fields that the refusal names, or by a sentence for each, but where one is true of all."""
    several = {of: made for of, made in list_raised().items() if len({each.remedy for each in made}) > 1}
    alike = [
        (of.code, each.at)
        for of, made in several.items()
        if of.code not in TRUE_OF_ALL and of.kind is not RefusalKind.NOT_FOUND
        for each in made
        if not each.has_acts and not each.names & set(swedish.REFUSALS_BY_PLACE.get(of.code, {}))
    ]

    assert OtherPartyMissing in several
    assert alike == []


def test_no_sentence_of_a_refusal_lacks_its_meaning() -> None:
    source = "".join(path.read_text() for path in DOMAIN.rglob("*.py"))
    places = {place for _, place in MEANINGS} - set(swedish.ROLES) - set(Party)

    assert [place for place in places if f'"{place}"' not in source] == []


def test_a_refusal_names_its_fields_its_earliest_time_and_the_acts_that_lead_on() -> None:
    since = datetime(2026, 3, 2, 9, 4, 30, tzinfo=UTC)
    early = OccurredTooEarly(
        occurred_at=since - timedelta(days=1), since=since, event="it began", acts=(ActName.SEND_REFERRAL,)
    )
    day = OccurredTooEarly(
        occurred_at=legal_midnight(date(2026, 3, 1)), since=since, event="it began", field="expected_end"
    )

    assert labels.explain_refusal(early).split(". ", 2)[2] == (
        "Det gäller: När det hände. Det tidigaste som går är 2 mars 2026 kl. 10.05."
        " Det som leder vidare: ”Skicka vårdbegäran”."
    )
    assert labels.explain_refusal(day).endswith("Det gäller: Väntas hem. Det tidigaste som går är 2 mars 2026.")


def test_every_word_about_an_enrolment_says_that_it_is_in_home_care() -> None:
    texts = [text for table in list_tables() for text in list_texts(table)]

    assert texts
    assert [place for text in texts for place in find_bare_enrolments(text)] == []


def test_times_are_formatted_in_swedish_local_time() -> None:
    assert swedish.format_moment(datetime(2025, 3, 31, 22, 5, tzinfo=UTC)) == "1 april 2025 kl. 00.05"
    assert swedish.format_moment(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "1 januari 2026 kl. 00.30"


def describe_item(key: str, *, due: date | None = None, lacks: tuple[str, ...] = ()) -> PageItem:
    """Describe an item of the Västmanland municipality on 10 September 2025."""
    county = read_demonstration()["vastmanland"]
    item = WorklistItem(
        key=key,
        party=Party.MUNICIPALITY,
        principal=county.region.id,
        since=datetime(2025, 9, 1, tzinfo=UTC),
        due=due,
        lacks=lacks,
    )
    return Narrator(county, load_published().agreements).describe_item(item, legal_midnight(date(2025, 9, 10)))


def test_a_duty_and_an_ordering_rule_have_the_names_of_the_text() -> None:
    assert describe_item("duty:inform-family-doctor").what == "Informera patientens familjeläkare om hembesöket"
    lacks = describe_item("start-enrolment", lacks=("responsible-physician",)).lacks
    assert lacks
    assert "responsible-physician" not in lacks


def test_a_lapsed_plan_shows_as_a_gap_without_its_id() -> None:
    day = date(2025, 9, 8)
    assert describe_item("lapse:1", due=day).what == swedish.WORKLIST["gap"]
    assert describe_item("lapse:1", due=date(2025, 9, 10)).what == swedish.WORKLIST["lapse"]
    assert describe_item("lapse:1", due=day).concerns is None
