"""The answers under a subordinate agreement, and after its last day, in a case."""

from datetime import date
from pathlib import Path

import pytest

from domain.agreements.model import Agreement
from domain.agreements.subordinate import Subordinate
from domain.authoring.validation import read_as_written
from domain.case.acts import death_and_move
from domain.case.events.case import ResponsibilityChanged
from domain.intervention import Intervention
from domain.kernel import AgreementRef, Keeper
from tests.agreements.published import find_in_force
from tests.scenario import MORNING, OREBRO, REGION, WOUND, Story, request_in, swedish

TEXT = Path(__file__).parents[1] / "service" / "subordinate.toml"
DIET = WOUND.model_copy(update={"key": "diet", "text": "Dietary advice", "profession": "dietitian"})


def versions() -> tuple[Agreement, Subordinate]:
    """Return the county's agreement, and the one under it that gives dietitians' care to the region for two days."""
    main, under = find_in_force("orebro", MORNING), read_as_written(TEXT.read_bytes())
    assert main is not None
    assert isinstance(under, Subordinate)
    return main, under.model_copy(update={"valid_from": date(2025, 4, 1), "valid_to": date(2025, 4, 2)})


def send_request(*interventions: Intervention) -> Story:
    """Tell that a request for these interventions was sent under both."""
    return Story().under(*versions()).need_raised(request_in(OREBRO, *interventions)).sent()


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_an_answer_that_stays_after_the_subordinate_agreement_has_ended_still_cites_it() -> None:
    story = send_request(WOUND, DIET).on("2025-04-03 09:00").acknowledged()

    changed, acknowledged = story.events[-2:]
    assert isinstance(changed, ResponsibilityChanged)
    assert changed.occurred_at == swedish("2025-04-03 00:00")
    (diet,) = changed.allocations
    assert (diet.intervention, diet.performer, diet.kept_by) == (DIET.key, REGION, Keeper.SILENCE)
    assert (diet.clauses, changed.basis.subordinate) == (("KST-2-1",), {"KST": AgreementRef(id="kost", version="1")})
    assert acknowledged.basis.subordinate == {}


def test_a_case_without_agreement_is_told_with_the_texts_that_were_the_last_in_force() -> None:
    main, under = versions()
    ended = main.model_copy(update={"valid_to": under.valid_to})
    story = Story().under(ended, under).need_raised(request_in(OREBRO, DIET)).sent().on("2025-04-03 09:00")
    story = story.after(death_and_move.record_move, OREBRO.nurse_a, moved_on=date(2025, 4, 3), to="kumla")

    assert story.events[-1].basis.agreement is None
    assert (story.state.agreement, story.state.subordinate) == (main.ref, {"KST": under.ref})
