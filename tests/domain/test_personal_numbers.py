"""A personal identity number never enters an event, however it is written."""

import pytest

from domain.case.acts import tasks
from domain.kernel import HIDDEN, hide_personal_numbers
from domain.refusals import PersonalNumber
from tests.scenario import NURSE_A, WOUND, enrolled, given


@pytest.mark.parametrize(
    "number",
    [
        "420515\u20119801",
        "420515 \u2013 9801",
        "1942 0515 9801",
        "1942.0515.9801",
        "1942-05-15-9801",
        "1942/05/15 9801",
        "42_05_15_9801",
        "19 42 05 15 9801",
        "19420515\u200b9801",
        "1942\u00ad0515-9801",
        "420515:9801",
        "420515*9801",
        "(420515) 9801",
        "420515 (9801)",
        "420515|9801",
        "420515 -- 9801",
        "420515 \u2192 9801",
        "19420515T9801",
        "420515 nr 9801",
        "420515, nr: 9801",
        "420515 \u2116 9801",
        "420515 n:r 9801",
        "1942-05-15, sista fyra siffrorna: 9801",
        "1942-05-15 personnummer 1980",
        "1942-05-15-1980",
        "420515 - 1980",
    ],
)
def test_a_number_is_refused_however_it_is_written_and_not_repeated(number: str) -> None:
    refused = (
        given(enrolled())
        .when(tasks.perform, by=NURSE_A, intervention=WOUND.key, performer=NURSE_A.person, note=f"Tora {number}")
        .then_refused(PersonalNumber, rule="SYS-1", where=("note",))
    )

    assert number not in f"{refused} {refused.remedy}"


@pytest.mark.parametrize(
    "said",
    [
        "Ring 010-000 01 01",
        "2025-04-01 09 00",
        "Batch 1999 1399 1234",
        "199001011234567",
        "2018-04-01 \u2013 2019-12-31",
        "2018-04-01 - 2019",
        "a0eebc99-9c0b-4ef8-bb6d-194205159801",
        "Besök 250401 kl 0709",
        "2025-04-01T07:09:00+02:00",
        "2018-04-01 (2019)",
        "Order 420515:9802",
        "Order 420515 nr 9802",
        "421515*9801",
    ],
)
def test_other_numbers_are_kept(said: str) -> None:
    told = enrolled().after(tasks.perform, NURSE_A, intervention=WOUND.key, performer=NURSE_A.person, note=said)

    assert said in told.events[-1].model_dump_json()


def test_a_number_is_hidden_in_a_text_however_it_is_written_and_nothing_else_is() -> None:
    told = "Tora \uff14\uff12\uff10515-9801, or 420515 nr 9801, in case a0eebc99-9c0b-4ef8-bb6d-194205159801"

    assert hide_personal_numbers(told) == (f"Tora {HIDDEN}, or {HIDDEN}, in case a0eebc99-9c0b-4ef8-bb6d-194205159801")
    assert hide_personal_numbers("Läkt sår \uff11, 2025-04-01") == "Läkt sår \uff11, 2025-04-01"
