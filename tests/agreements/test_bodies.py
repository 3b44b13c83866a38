"""The bodies of a text that decide a disagreement: each is its own, and both parties can confirm what it decides."""

import pytest

from domain.agreements.model import ActName
from domain.agreements.model.bodies import Decider
from domain.agreements.model.responsibility import ProcedureStep
from domain.authoring.publication import load
from domain.authoring.validation import check, warn
from tests.service.test_vasternorrland import TEXT as PUBLISHED

TEXT = PUBLISHED.decode()
ONLY_REGION = '[acts.resolve-disagreement]\nclauses = ["VNL-5-2"]\nby = [{ party = "region" }]\n\n[acts.sign-version]'


@pytest.mark.parametrize(
    ("old", "new", "fault", "swedish"),
    [
        (
            'body = "county-group"',
            'body = "country-group"',
            "dispute.steps[1].body names country-group, but there is no body with that id",
            "Organet country-group finns inte i [[bodies]].",
        ),
        (
            "[dispute]\n",
            '[dispute]\ndecider = "Länsledningen"\n',
            "dispute.decider names Länsledningen, but there is no body with that id",
            "Organet Länsledningen finns inte",
        ),
        (
            "[acts.sign-version]",
            ONLY_REGION,
            "acts.resolve-disagreement.by leaves out the municipality, which confirms what a body decides",
            "Båda parter bekräftar det som ett organ avgör.",
        ),
    ],
    ids=["a step to an unknown body", "words in place of a body", "a party that cannot confirm"],
)
def test_a_check_refuses_what_no_body_could_ever_decide(old: str, new: str, fault: str, swedish: str) -> None:
    assert old in TEXT

    (found,) = check(TEXT.replace(old, new, 1).encode())

    assert fault in str(found)
    assert swedish in str(found)


BOTH = ONLY_REGION.replace('"region" }', '"region" }, { party = "municipality" }')
PLAIN = "".join(line for line in TEXT.splitlines(keepends=True) if not line.startswith("body = "))
"""The text with bodies that no step names."""


@pytest.mark.parametrize(
    ("text", "rule"),
    [(TEXT, BOTH), (PLAIN, BOTH), (PLAIN, ONLY_REGION)],
    ids=["both parties confirm", "no body decides", "no body decides, and one party resolves"],
)
def test_whoever_resolves_is_asked_about_only_where_a_body_decides(text: str, rule: str) -> None:
    faults = check(text.replace("[acts.sign-version]", rule, 1).encode())

    assert [fault.path for fault in faults if "confirms what a body decides" in fault.what] == []


def test_a_text_without_bodies_is_asked_nothing_about_them() -> None:
    without = PLAIN[: PLAIN.index("[[bodies]]")] + PLAIN[PLAIN.index("[dispute]") :]
    named = without.replace("[dispute]\n", '[dispute]\ndecider = "presidium"\n', 1)
    (fault,) = check(named.replace("[acts.sign-version]", ONLY_REGION, 1).encode())

    assert (fault.path, fault.remedy) == ("dispute.decider", "add it to [[bodies]]")


@pytest.mark.parametrize("title", ["Presidiet", "Lokal samverkan"])
def test_a_body_that_decides_nothing_may_have_one_party(title: str) -> None:
    text = PLAIN.replace(f'title = "{title}"\n', f'title = "{title}"\nparties = ["region"]\n', 1)

    assert warn(text.encode()) == ()


def test_a_check_warns_of_a_body_in_which_only_one_of_the_parties_sits() -> None:
    text = TEXT.replace('title = "Presidiet"\n', 'title = "Presidiet"\nparties = ["region"]\n', 1)

    assert not check(text.encode())
    (doubt,) = warn(text.encode())

    assert "bodies[3].parties leaves out the municipality" in str(doubt)


def test_a_body_is_found_by_its_id_and_older_words_are_its_name() -> None:
    agreement = load(PUBLISHED)
    (body, *_) = agreement.bodies

    assert agreement.find_decider(body.id) == Decider(body.title, body.id)
    assert agreement.find_decider("Länsledningen") == Decider("Länsledningen", None)


@pytest.mark.parametrize(
    ("escalates", "act"), [(True, ActName.ESCALATE_DISAGREEMENT), (False, ActName.RECORD_PROCEDURE_STEP)]
)
def test_a_step_that_escalates_is_taken_by_another_act_than_one_that_does_not(escalates: bool, act: ActName) -> None:
    assert ProcedureStep(id="step", title="Steget", escalates=escalates).act is act
