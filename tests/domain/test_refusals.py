"""The words of refusals that name what can be done instead."""

import pytest

from domain.case.acts import hospital_stay
from domain.kernel import Party
from domain.refusals import ActorNotAllowed, ContentNotKnown, PersonalNumber, StaysOverlap
from tests.domain.test_hospital_stay import FRIDAY, MONDAY, admitted, came_home
from tests.scenario import NURSE_A, Story, given, swedish


@pytest.mark.parametrize(
    ("known", "remedy"),
    [(("evenings", "nights"), "give one of evenings, nights"), ((), "leave the section out")],
)
def test_a_name_that_the_agreement_does_not_have_is_answered_with_those_that_it_has(
    known: tuple[str, ...], remedy: str
) -> None:
    assert ContentNotKnown("section", ["days"], known=known, rule="SYS-7").remedy == remedy


@pytest.mark.parametrize(("lines", "named"), [((), "number"), ((3, 7), "number, in line 3 and 7")])
def test_a_personal_number_is_refused_with_the_lines_of_a_long_text(lines: tuple[int, ...], named: str) -> None:
    refused = PersonalNumber(["content"], lines=lines)

    assert refused.message == f"A text holds a personal identity {named}"
    assert refused.lines == lines


@pytest.mark.parametrize("offices", [{"chair": "ordf\u00f6rande"}, None])
def test_somebody_who_may_not_act_hears_the_names_of_the_offices_that_may(offices: dict[str, str] | None) -> None:
    refused = ActorNotAllowed("No", rule="SYS-3", remedy="let them", where=(Party.REGION,), offices=offices)

    assert refused.offices == (offices or {})


@pytest.mark.parametrize(
    ("story", "end"),
    [
        (came_home(), f"ended {swedish(FRIDAY).isoformat()}"),
        (admitted(), "is going on"),
    ],
    ids=["over", "going on"],
)
def test_a_stay_that_overlaps_another_is_told_when_that_one_ended(story: Story, end: str) -> None:
    told = {"at": "2025-05-02 09:00", "now": "2025-05-20 08:00"}
    refused = given(story).when(
        hospital_stay.record_admission, by=NURSE_A, **told, ended_at=swedish("2025-05-06 09:00")
    )

    assert f"{swedish(MONDAY).isoformat()} and {end};" in refused.then_refused(StaysOverlap, rule="E14").message
