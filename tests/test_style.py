"""The check of style: it finds each kind of fault, and accepts sound code."""

import pytest

from tests.style import CHECKED, LONGEST, SHIPPED, WORDS, find_faults, read_sources


def rules(source: str, path: str = "domain/case/example.py") -> list[str]:
    """Name the rules that a module breaks."""
    return [fault.rule for fault in find_faults({path: source})]


@pytest.mark.parametrize("word", sorted(WORDS["clauses"]))
def test_no_text_opens_with_a_bare_clause(word: str) -> None:
    text = f'"""{word.capitalize()} the case says."""'
    assert rules(text) == ["clause"]
    assert rules(f"class Case:\n    {text}") == ["clause"]
    assert rules(f"def _hidden():\n    {text}") == ["clause"]
    assert rules(f"def test_it_works():\n    {text}") == ["clause"]
    assert rules(f"class Case:\n    sent: str\n    {text}") == ["clause"]
    assert rules(f"LIMIT = 3\n{text}") == ["clause"]
    assert rules(f"Field(description={text})") == ["clause"]


@pytest.mark.parametrize(
    "text",
    [
        "The case.",
        "A case.",
        "Every case.",
        "Each of them.",
        "One of them.",
        "Somebody who is signed in.",
        "Rows of a case.",
        "Accepted by both.",
        "Answering a request.",
        "Municipality A accepts.",
        "D1: a whole case.",
        "GET /fhir.",
        "find a case.",
        "What the case says.",
    ],
)
def test_the_text_of_a_public_function_begins_with_a_verb(text: str) -> None:
    assert "verb" in rules(f'def find():\n    """{text}"""')
    assert "verb" in rules(f'async def find():\n    """{text}"""')
    assert "verb" in rules(f'class Case:\n    def find(self):\n        """{text}"""')


@pytest.mark.parametrize("text", ["Return the case.", "Process it.", "Pass it on.", "Address it to both.", "Read."])
def test_a_verb_in_the_imperative_is_sound(text: str) -> None:
    assert rules(f'def find():\n    """{text}"""') == []


@pytest.mark.parametrize("decorator", ["property", "cached_property", "pytest.fixture(scope='module')"])
def test_a_value_is_described_by_a_noun_phrase(decorator: str) -> None:
    assert rules(f'class Case:\n    @{decorator}\n    def id(self):\n        """The id of the case."""') == []


def test_two_classes_never_have_the_same_name() -> None:
    sources = {"domain/money.py": "class _Sum: ...", "service/web/pages.py": "class Page:\n    class _Sum: ..."}
    assert [(fault.path, fault.rule) for fault in find_faults(sources)] == [
        ("domain/money.py", "class"),
        ("service/web/pages.py", "class"),
    ]
    assert list(find_faults({"tests/a.py": "class Case: ...", "domain/b.py": "class Case: ..."})) == []


def test_no_function_is_too_long() -> None:
    assert rules("def find():\n" + "    pass\n" * (LONGEST - 1)) == []
    assert rules("def find():\n" + "    pass\n" * LONGEST) == ["length"]


def test_a_table_of_cases_counts_as_its_longest_case() -> None:
    case = "        case {}:\n            pass\n"
    assert rules("def find(case):\n    match case:\n" + "".join(case.format(n) for n in range(LONGEST))) == []
    assert rules("def find(case):\n    match case:\n" + case.format(1) + "            pass\n" * LONGEST) == ["length"]


@pytest.mark.parametrize("name", ["told", "_told", "told_address", "answering", "listed", "_refused"])
def test_no_function_is_named_by_a_participle(name: str) -> None:
    assert rules(f"def {name}(): ...") == ["name"]


@pytest.mark.parametrize("name", ["ToldDuty", "Doing", "_Waiting", "Wanted"])
def test_no_class_is_named_by_a_participle(name: str) -> None:
    assert rules(f"class {name}: ...") == ["name"]


@pytest.mark.parametrize("name", ["doing", "waiting", "settling"])
def test_no_module_is_named_by_a_participle(name: str) -> None:
    assert rules("", path=f"service/{name}.py") == ["name"]


def test_events_properties_and_histories_in_tests_may_have_a_participle_of_the_domain() -> None:
    assert rules("class LocalAgreementMade: ...\nclass ReferralAccepted: ...") == []
    assert rules("class Case:\n    @property\n    def accepted(self): ...") == []
    assert rules("def accepted(): ...", path="tests/domain/test_referral.py") == []


def test_the_check_reads_all_folders() -> None:
    paths = read_sources()
    assert {path.split("/")[0] for path in paths} == set(CHECKED)
    assert set(SHIPPED) < set(CHECKED)
