"""docs/avtalstexter.md names every table and field of an agreement's text, and its examples are one sound text."""

import json
import re
import tomllib

import pytest
from pydantic import BaseModel

from domain.agreements.model import Agreement, Under
from domain.authoring.validation import check
from domain.case.events.care_plan import NAMED_KINDS
from domain.case.state.case import EVENT_CLASSES
from domain.case.triggers import TOPIC_ACTS
from domain.refusals import PRECONDITION_CODES
from domain.versions.local_agreement import LocalAgreement
from tests.docs.agreement_page import (
    PAGE,
    assemble,
    choices,
    common_fields,
    described_tables,
    rows,
    sections,
    tables,
    used_fields,
    with_acts,
    with_events,
)

TEXT = PAGE.read_text("utf-8")
TABLES = list(tables())
MODELS = {model.__name__: model for _, model in TABLES}


def test_the_examples_together_are_a_text_without_faults() -> None:
    assert list(map(str, check(assemble(TEXT).encode()))) == []


def test_the_examples_use_every_field() -> None:
    data = tomllib.loads(assemble(TEXT))
    agreement = Agreement.model_validate_json(json.dumps(data, default=str), strict=True)
    used = set(used_fields(agreement))

    assert {f"{name}.{field}" for name, model in MODELS.items() for field in model.model_fields} == {
        f"{model.__name__}.{field}" for model, field in used
    }


@pytest.mark.parametrize("name", MODELS)
def test_every_field_has_a_row_in_a_section_about_its_table(name: str) -> None:
    assert list(faults(TEXT, MODELS[name])) == []


def faults(page: str, model: type[BaseModel]) -> list[str]:
    """List the fields without a row, and the rows that say wrongly if the field is demanded."""
    described = described_tables(page)
    own = model.model_fields.keys() - common_fields(page)
    paths = [path for path, found in TABLES if found is model and path in described]
    found = [f"{model.__name__} has no section"] if own and not paths else []
    for path in paths:
        for field in sorted(own):
            text = described[path].get(field)
            if text is None:
                found.append(f"{path} has no row about {field}")
            elif text.startswith("Krävs.") and not model.model_fields[field].is_required():
                found.append(f"{path} demands {field}")
            elif model.model_fields[field].is_required() and not text.startswith("Krävs"):
                found.append(f"{path} does not demand {field}")
    return found


def test_a_missing_row_and_a_wrong_one_are_found() -> None:
    page = TEXT.replace("| `waiver` |", "| `weaver` |").replace("| `rule` | Krävs. ", "| `rule` | ", 1)

    assert faults(page, MODELS["Criterion"]) == [
        "tracks.criteria does not demand rule",
        "tracks.criteria has no row about waiver",
    ]


def test_every_example_stands_beside_a_sentence_that_says_the_same() -> None:
    for heading, section in sections(TEXT).items():
        before = re.split(r"^```toml\n.*?^```$", section, flags=re.MULTILINE | re.DOTALL)[:-1]
        assert [part for part in before if "\n> " not in part] == [], heading


def test_every_word_that_a_field_chooses_among_is_on_the_page() -> None:
    words = {word for model in MODELS.values() for word in choices(model)} | set(NAMED_KINDS) | set(PRECONDITION_CODES)

    assert {str(word) for word in words} - set(re.findall(r"`([^`\n]+)`", TEXT)) == set()


def test_the_table_of_acts_is_as_it_is_generated() -> None:
    assert with_acts(TEXT) == TEXT, "run `make docs`"


def test_the_subordinate_agreement_of_the_page_is_sound_beside_the_examples() -> None:
    (example,) = re.findall(r"^```toml underavtal\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)

    assert list(map(str, check(example.encode(), beside=[assemble(TEXT).encode()]))) == []
    assert rows(sections(TEXT)["Underavtal"]).keys() == Under.model_fields.keys()


def test_the_table_of_events_is_as_it_is_generated() -> None:
    assert with_events(TEXT) == TEXT, "run `make docs`"


def test_each_event_that_a_text_can_name_stands_there_with_the_act_that_records_it() -> None:
    named = rows(sections(TEXT)["Händelser"])

    assert named.keys() == {event.TOPIC.rpartition(".")[0] for event in EVENT_CLASSES}
    assert [topic for topic, act in TOPIC_ACTS.items() if f"`{act}`" not in named[topic]] == []
    assert named["care-plan.lapsed"].endswith("| `lapse-plan`")
    assert named["enrolment.started"].endswith("| `start-enrolment`")


def test_the_local_agreement_has_every_field() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    agreed = LocalAgreement.model_validate_json(example)

    assert agreed.model_fields_set == LocalAgreement.model_fields.keys()
    assert rows(sections(TEXT)["Lokala avtal"]).keys() == LocalAgreement.model_fields.keys()
