"""The validator's message about a text with one thing wrong, and its line."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.agreements.model import Agreement
from domain.authoring.faults import TextFault, suggest
from domain.authoring.publication import digest, load_published
from domain.authoring.toml_lines import find_lines
from domain.authoring.toml_text import MOST_FAULTS
from domain.authoring.validation import check, read
from service.commands import agreement

TEXT = (files("domain.agreements") / "texts" / "orebro" / "1085641-R1.toml").read_text("utf-8")


MATRIX_ROW = '[[matrix]]\nid = "coercive-measure"'


def line_holding(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def fault_after(old: str, new: str, *, on: str | None = None) -> TextFault:
    """Return the one fault of the published text with `old` replaced; it must be on the line that holds `on`."""
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    (fault,) = check(text.encode())
    assert fault.line == line_holding(text, on or new)
    return fault


def test_the_published_text_is_sound() -> None:
    assert check(TEXT.encode()) == ()


def test_a_text_with_windows_line_endings_is_sound() -> None:
    assert check(TEXT.replace("\n", "\r\n").encode()) == ()


def test_an_unknown_field_is_reported_with_the_most_similar_one() -> None:
    fault = fault_after("shared = true\n", "shard = true\n")

    assert (fault.path, fault.what) == ("matrix[0].shard", "is not a known field")
    assert fault.remedy == "did you mean shared?"


def test_an_unknown_field_like_no_other_leads_to_the_description_of_its_table() -> None:
    fault = fault_after('duration = "P7D"', "days = 7")

    assert (fault.path, fault.what) == ("deadlines[3].days", "is not a known field")
    assert fault.remedy == "remove it; docs/avtalstexter.md describes the fields of deadlines"


@pytest.mark.parametrize(
    ("table", "field", "remedy"),
    [
        ("deadlines", 'when = "lives-alone"', "remove it; docs/avtalstexter.md describes the fields of deadlines"),
        ("deadlines", 'prioritys = ["primary-care"]', "did you mean priority?"),
        ("matrix", "min_ages = 18", "did you mean min_age?"),
        ("matrix", "deadline = 18", "remove it; docs/avtalstexter.md describes the fields of matrix"),
    ],
    ids=["a field of other tables", "like one of its own", "like one of its own too", "of other tables too"],
)
def test_an_unknown_field_is_compared_with_those_of_its_own_table(table: str, field: str, remedy: str) -> None:
    (fault,) = check(TEXT.replace(f"[[{table}]]\n", f"[[{table}]]\n{field}\n", 1).encode())

    assert (fault.what, fault.remedy) == ("is not a known field", remedy)


def test_an_unknown_table_is_compared_with_the_tables() -> None:
    assert fault_after("[plans.medical]\n", "[planer.x]\n[plans.medical]\n", on="[planer.x]").remedy == (
        "did you mean plans?"
    )


def test_a_missing_field_is_reported_at_the_table_that_lacks_it() -> None:
    fault = fault_after(
        'title = "Samplanering av hälso- och sjukvården"\n', "", on='[[deadlines]]\nid = "joint-planning"'
    )

    assert (fault.path, fault.what, fault.remedy) == ("deadlines[3].title", "is missing", "add title")


def test_an_unknown_field_of_the_text_itself_leads_to_the_description_of_every_field() -> None:
    fault = fault_after('county = "orebro"\n', 'county = "orebro"\nzzz = 1\n', on="zzz")

    assert (fault.path, fault.what) == ("zzz", "is not a known field")
    assert fault.remedy == "remove it; docs/avtalstexter.md describes every field"


def test_only_the_sentence_of_a_rule_is_asked_for_in_plain_swedish() -> None:
    heading = 'heading = "Dokumentnr 1085641, R1"\n'
    (question,) = [line for line in TEXT.partition("[[silences]]")[2].splitlines() if "statement = " in line][:1]

    assert fault_after(heading, "", on='[clauses."ORE-0-1"]').remedy == "add heading"
    assert fault_after(f"{question}\n", "", on="[[silences]]").remedy == "add statement"


def test_a_value_of_the_wrong_type_is_reported() -> None:
    fault = fault_after("joint = true", 'joint = "yes"')

    assert (fault.path, fault.what) == ("acts.sign-version.joint", "is 'yes'")
    assert fault.remedy == "it should be a valid boolean"


def test_a_fault_inside_an_inline_table_has_its_own_line() -> None:
    fault = fault_after(
        '{ id = "goal", title = "Målet med insatsen"', '{ id = "goal", title = " "', on='{ id = "goal", title = " "'
    )

    assert (fault.path, fault.remedy) == ("content.referral.fields[1].title", "write a text that is not blank")


def test_a_deadline_that_no_entry_uses_is_reported() -> None:
    fault = fault_after('prompt = "prompt-planning"\n', "", on='id = "prompt-planning"')

    assert fault.what == "is prompt-planning, a deadline that no entry uses"


def test_a_text_that_has_been_accepted_is_read_by_the_shape_of_its_entries_alone() -> None:
    unused = TEXT.replace('prompt = "prompt-planning"\n', "", 1).encode()
    misshapen = TEXT.replace('duration = "P7D"', 'duration = "P7"', 1).encode()

    assert isinstance(read(unused, accepted=True), Agreement)
    assert not isinstance(read(unused), Agreement)
    assert not isinstance(read(misshapen, accepted=True), Agreement)


def test_a_text_that_has_been_accepted_keeps_a_field_that_new_texts_no_longer_have() -> None:
    dropped = TEXT.replace('rule = "ORE-3.1.1-8"\n', 'rule = "ORE-3.1.1-8"\nstatement = "Safe at home."\n', 1).encode()

    assert isinstance(read(dropped, accepted=True), Agreement)
    assert not isinstance(read(dropped), Agreement)


def test_a_rule_that_the_text_does_not_have_is_reported() -> None:
    fault = fault_after('rule = "ORE-3.1.1-8"', 'rule = "ORE-3.1.1-88"')

    assert fault.what == "cites ORE-3.1.1-88, which has no entry in [clauses]"
    assert '[clauses."ORE-3.1.1-88"]' in fault.remedy


def test_a_word_of_the_text_may_be_called_as_a_field_that_holds_a_rule() -> None:
    head = "[vocabulary.conditions]\n"

    assert list(check(TEXT.replace(head, f'{head}planning = "planering pågår"\n', 1).encode())) == []


def test_a_text_that_only_lists_the_values_of_a_field_can_still_be_read() -> None:
    named = 'choices = { yellow = "gult spår", red = "rött spår" }'
    agreement = read(TEXT.replace(named, 'choices = ["yellow", "red"]', 1).encode())

    assert isinstance(agreement, Agreement)
    (colour,) = (field for field in agreement.content["discharge-planning"].fields if field.id == "colour")
    assert colour.choices == {"yellow": "yellow", "red": "red"}


def test_a_value_of_a_field_that_is_no_word_is_a_fault() -> None:
    named = 'choices = { yellow = "gult spår", red = "rött spår" }'

    assert "choices" in fault_after(named, 'choices = [["yellow"]]').path


def test_a_rule_in_a_list_of_clauses_is_checked_too() -> None:
    assert "ORE-9-9" in fault_after('clauses = ["ORE-3.2-4"]', 'clauses = ["ORE-9-9"]').what


def test_a_rule_id_of_another_shape_is_reported() -> None:
    assert (
        fault_after('rule = "ORE-3.1.1-8"', 'rule = "3.1.1"').remedy
        == "write a rule id: three capitals, a hyphen and the section"
    )


def test_an_entry_without_a_rule_is_reported() -> None:
    assert fault_after('clauses = ["ORE-3.2-4"]', "clauses = []").what == "is empty"


def test_a_criterion_without_a_rule_is_reported() -> None:
    fault = fault_after('rule = "ORE-3.1.1-8"\n', "", on='[[tracks.criteria]]\nid = "safe-at-home"')

    assert (fault.path, fault.remedy) == ("tracks[0].criteria[3].rule", "add rule")


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("safe_at_home &&", "is not a CEL expression"),
        ("safe_at_work", "asks about safe_at_work, which [facts] does not declare"),
        ("safe_at_home >= 18", "fails for safe_at_home = True: No such overload"),
        ("age_years", "answers 0 for age_years = 0; it must answer true or false"),
        ("[1].exists(x, x > 0)", "uses @not_strictly_false"),
        ("size([1].map(x, x)) > 0", "uses _+_"),
        ("matches(instrument, 'a')", "uses matches"),
        ("now() > 0", "uses now"),
        ("safe_at_home" + " && safe_at_home" * 40, "is 652 characters long; the limit is 500"),
        ("a && b && c && d && e && f && g && h && i", "asks about 9 facts"),
    ],
)
def test_an_expression_that_cannot_be_used_is_reported(expression: str, what: str) -> None:
    fault = fault_after('expression = "safe_at_home"', f'expression = "{expression}"')

    assert fault.path == "tracks[0].criteria[3].expression"
    assert what in fault.what
    assert "age_years, can_visit_care" in fault.remedy


@pytest.mark.parametrize("duration", ["7 days", "P", "P7", "PT7H30M", "P1W2", "P9999D", "P1D1Y"])
def test_a_duration_of_another_shape_is_reported(duration: str) -> None:
    fault = fault_after('duration = "P7D"', f'duration = "{duration}"')

    assert fault.path == "deadlines[3].duration"
    assert fault.remedy == (
        "write an ISO 8601 duration in whole days or longer, for example P7D, or in hours, for example PT24H, or a "
        "number of working days, for example P3BD"
    )


def test_a_row_that_gives_excluded_care_to_the_municipality_is_reported() -> None:
    row = 'interventions = ["coercive-measure"]\ntreatment = "region"\nperformer = "region"'
    fault = fault_after(row, row.replace('performer = "region"', 'performer = "municipality"'), on=MATRIX_ROW)

    assert fault.what == "gives coercive-measure to the municipality, against ORE-3.2.1-17"


@pytest.mark.parametrize(
    ("dimension", "word", "unknown"),
    [
        ("interventions", "cognitive-aid", "cognitive-aids"),
        ("interventions", "cognitive-aid", "criteria-met"),
        ("conditions", "psychiatric-outpatient", "psychiatric"),
    ],
)
def test_a_word_that_the_vocabulary_does_not_have_is_reported(dimension: str, word: str, unknown: str) -> None:
    fault = fault_after(f'{dimension} = ["{word}"]', f'{dimension} = ["{unknown}"]')

    assert fault.what == f"has {unknown}, which [vocabulary.{dimension}] does not have"


def test_ages_in_the_wrong_order_are_reported() -> None:
    assert (
        fault_after("min_age = 18\n", "min_age = 18\nmax_age = 17\n", on="max_age = 17").what == "is lower than min_age"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "physiotherapist"', 'id = "occupational-therapist" #'),
        ('id = "coordination"', 'id = "age" #'),
        ('id = "contact"', 'id = "acknowledgement" #'),
        ('id = "S18"', 'id = "S17" #'),
        ('{ id = "goal"', '{ id = "need" '),
    ],
)
def test_an_id_used_twice_is_reported_at_its_second_place(old: str, new: str) -> None:
    assert fault_after(old, new).remedy == "give each entry its own id"


def test_dates_in_the_wrong_order_are_reported() -> None:
    fault = fault_after("valid_from = 2025-03-11", "valid_to = 2025-03-10\nvalid_from = 2025-03-11", on="valid_to")

    assert fault.what == "is 2025-03-10, which is before valid_from, 2025-03-11"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("valid_from = 2025-03-11", "valid_to = 2025-03-11\nvalid_from = 2025-03-11"),
        ("min_age = 18\n", "min_age = 18\nmax_age = 18\n"),
    ],
    ids=["one day", "one year of age"],
)
def test_bounds_that_are_the_same_are_sound(old: str, new: str) -> None:
    assert old in TEXT
    assert check(TEXT.replace(old, new, 1).encode()) == ()


def test_an_unknown_act_is_reported() -> None:
    fault = fault_after("[acts.contact-principal]", "[acts.phone-principal]")

    assert fault.path == "acts.phone-principal"
    assert "'acknowledge-referral', 'contact-principal'" in fault.remedy


@pytest.mark.parametrize(
    ("event", "remedy", "swedish"),
    [
        ("enrolment.startd", "did you mean enrolment.started?", "Menas enrolment.started?"),
        (
            "acknowledge-referral",
            "acknowledge-referral is an act; its event is referral.acknowledged",
            "acknowledge-referral är en handling; dess händelse heter referral.acknowledged.",
        ),
        ("zzz", "docs/avtalstexter.md lists them", "Händelserna står i docs/avtalstexter.md."),
    ],
    ids=["misspelled", "an act", "unlike any"],
)
def test_an_unknown_event_is_answered_with_the_one_that_was_meant(event: str, remedy: str, swedish: str) -> None:
    fault = fault_after('"event:enrolment.discharged"', f'"event:{event}"')

    assert fault.what == f"names {event}, but there is no event with that name"
    assert fault.remedy == remedy
    assert fault.swedish.endswith(f"heter {event}. {swedish}")


def test_an_unknown_role_is_reported() -> None:
    fault = fault_after('roles = ["nurse"] }]', 'roles = ["porter"] }]')

    assert (fault.path, fault.what) == ("acts.accept-handover.by[0].roles[0]", "is 'porter'")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('plans = ["medical"]', 'plans = ["medicinal"]', "names medicinal, but there is no plan with that name"),
        (
            'procedure = "principles"',
            'procedure = "principle"',
            "names principle, but there is no external reference with that name",
        ),
        ('settings = ["ordinary", "health-centre"]\nclauses', 'settings = ["hospital"]\nclauses', "names hospital"),
        ('silences = ["S3"]', 'silences = ["S33"]', "names S33, but there is no silence with that name"),
        (
            'tracks = ["rehabilitation"]\nby',
            'tracks = ["rehab"]\nby',
            "names rehab, but there is no track with that name",
        ),
        (
            'one_of = ["care-contact-region"',
            'one_of = ["care-contact"',
            "names care-contact, which is not another field of the same group",
        ),
        (
            'content = "interim7-plan"',
            'content = "interim-plan"',
            "names interim-plan, but there is no content with that name",
        ),
        ('lapses = "interim7"', 'lapses = "week"', "names week, but there is no deadline with that name"),
        (
            '"discharge.date"',
            '"discharge.day"',
            "names discharge.day, but there is no field of the plan with that name",
        ),
        ('replaces = ["interim7"]', 'replaces = ["interim"]', "names interim, but there is no plan with that name"),
        ('"plan:interim7"', '"plan:interim"', "names interim, but there is no plan with that name"),
        ("[plans.rehab]", "[plans.training]", "names rehab, but there is no plan with that name"),
        ('title = "Rätt kompetens"', 'title = "Rätt kompetens", each = true', "is a list without fields"),
        (
            '"statement:physician-home-visit-request"',
            '"statement:visit"',
            "names visit, but there is no statement with that name",
        ),
        (
            '"event:enrolment.handover-accepted"',
            '"event:enrolment.moved"',
            "names enrolment.moved, but there is no event with that name",
        ),
        (
            'met_by = ["statement:physician-home-visit-answer"]',
            'met_by = ["statement:physician-home-visit-request"]',
            "cannot be met by the region: the text gives it no such act or statement",
        ),
        (
            'met_by = ["plan:interim7"]',
            'met_by = ["plan:interim"]',
            "names interim, but there is no plan with that name",
        ),
        (
            'when = "discharge-regulated"\ndeadline = "at-discharge"',
            'when = "discharge-yellow"\ndeadline = "at-discharge"',
            "names discharge-yellow, but there is no condition with that name",
        ),
        (
            'follow_up_on = "follow-up.when"',
            'follow_up_on = "follow-up.day"',
            "names follow-up.day, but there is no field of the plan with that name",
        ),
        (
            'opened_by = ["statement:psychiatric-support-request"]\nmet_by = ["statement:psychiatric-support-answer"]',
            'opened_by = ["plan:interim7"]\nmet_by = ["statement:plan-content-published"]',
            "asks for plan-content-published, which is on the worklist already",
        ),
        (
            'met_by = ["statement:competence-support-answer"]',
            'met_by = ["event:enrolment.started"]',
            "cannot be met by the region: the text gives it no such act or statement",
        ),
        (
            'needs = { plan = "sip" }',
            'needs = { plan = "coordinated" }',
            "names coordinated, but there is no plan with that name",
        ),
        (
            'statement = "habitual-description" }',
            'statement = "habits" }',
            "names habits, but there is no statement with that name",
        ),
        ('field = "given" }', 'field = "gave" }', "names gave, but there is no field of the statement with that name"),
        (
            'code = "SIP_REQUIRED"',
            'code = "SIP_LACKING"',
            "names SIP_LACKING, but there is no refusal code with that name",
        ),
        (
            'when = "specialist-treatment"',
            'when = "specialists"',
            "names specialists, but there is no condition with that name",
        ),
        (
            'when = "on-track-psychiatric-drugs"',
            'when = "on-track-drugs"',
            "names on-track-drugs",
        ),
        ('needs = { plan = "sip" }', "needs = {}", "does not name exactly one thing"),
        (
            'id = "sip-before-drug-handover"',
            'id = "sip-before-handover"',
            "is sip-before-handover, as in an entry above",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_reported(old: str, new: str, what: str) -> None:
    assert old in TEXT
    faults = check(TEXT.replace(old, new, 1).encode())

    assert any(what in fault.what for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            'when = "criterion-unmet-commissioned"',
            'when = "not-ordered"',
            "names not-ordered, but there is no condition",
        ),
        (
            'no_means = "commissioned-by-other-provider"',
            'no_means = "ordered-elsewhere"',
            "names ordered-elsewhere, but there is no",
        ),
    ],
    ids=["the condition of a lone party", "the circumstance of a no"],
)
def test_a_condition_that_a_case_cannot_have_is_reported(old: str, new: str, what: str) -> None:
    text = (files("domain.agreements") / "texts" / "vastmanland" / "vml-overtagande-1.toml").read_text("utf-8")
    assert old in text

    faults = check(text.replace(old, new, 1).encode())

    assert any(what in fault.what for fault in faults), faults


COUNTY = Path(__file__).with_name("another-county.toml").read_text("utf-8")
CALL = """
[[tracks]]
id = "short"
title = "Kortvarig hemsjukvård"
clauses = ["EXA-2"]

[statements.call]
title = "Samtalet"
by = [{ party = "region" }]
clauses = ["EXA-3"]

[[duties]]
id = "call"
title = "Ring patienten"
opened_by = ["event:enrolment.started"]
met_by = ["statement:call"]
clauses = ["EXA-3"]
"""
"""A duty of both parties, each for itself, to record a statement that the text gives to the region alone."""


def list_faults(text: str) -> list[tuple[str, str]]:
    """List the faults of a text, each with its path."""
    return [(fault.path, fault.what) for fault in check(text.encode())]


def call(old: str = "", new: str = "") -> list[str]:
    """List the faults of another county's text with the duty, after a replacement in it."""
    assert old in CALL
    return [what for _, what in list_faults(COUNTY + CALL.replace(old, new, 1))]


UNABLE = "cannot be met by the {}: the text gives it no such act or statement"


@pytest.mark.parametrize(
    ("old", "new", "unable"),
    [
        ("", "", ["municipality"]),
        ('id = "call"', 'owner = "municipality"\nid = "call"', ["municipality"]),
        ('id = "call"', 'owner = "region"\nid = "call"', []),
        ('id = "call"', 'owner = "either"\nid = "call"', []),
        (
            'by = [{ party = "region" }]\nclauses = ["EXA-3"]\n\n[[duties]]',
            'by = [{ party = "region" }]\ntracks = ["short"]\nclauses = ["EXA-3"]\n\n[[duties]]\nowner = "either"',
            ["region", "municipality"],
        ),
        (
            'by = [{ party = "region" }]\nclauses = ["EXA-3"]\n\n[[duties]]',
            'by = [{ party = "region" }]\ntracks = ["short"]\nclauses = ["EXA-3"]\n\n[[duties]]\n'
            'owner = "region"\ntracks = ["short"]',
            [],
        ),
        (
            'opened_by = ["event:enrolment.started"]\nmet_by = ["statement:call"]',
            'owner = "municipality"\nopened_by = ["event:referral.sent"]\n'
            'met_by = ["event:referral.accepted", "event:referral.declined"]',
            [],
        ),
    ],
    ids=["each for itself", "the other's", "its own", "either's", "of another track", "of its track", "its answer"],
)
def test_a_duty_that_a_party_cannot_meet_is_reported(old: str, new: str, unable: list[str]) -> None:
    assert call(old, new) == [UNABLE.format(party) for party in unable]


def test_a_duty_that_is_met_by_a_statement_that_does_not_exist_is_reported() -> None:
    faults = call('met_by = ["statement:call"]', 'met_by = ["statement:letter"]')

    assert "names letter, but there is no statement with that name" in faults


AGREE = """
[acts.agree-plan]
clauses = ["EXA-3"]
by = [{ party = "region" }, { party = "municipality", tracks = ["planned"] }]

[plans.individual]
title = "Individuell plan"
established_by = "author"
tracks = ["short"]
clauses = ["EXA-3"]
"""
"""An act by which the municipality agrees to plans on one of the two tracks alone."""


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("", "", ["sip"]),
        (', tracks = ["planned"]', "", []),
        ('"author"', '"both-parties"', ["individual", "sip"]),
        ('"author"\ntracks = ["short"]', '"both-parties"\ntracks = ["planned"]', ["sip"]),
    ],
    ids=["the plan of every county", "nobody left out", "on its track", "not on its track"],
)
def test_a_plan_of_both_parties_to_which_one_cannot_agree_is_reported(old: str, new: str, kinds: list[str]) -> None:
    assert old in AGREE
    track = CALL[: CALL.index("[statements")]
    faults = list_faults(COUNTY + track + AGREE.replace(old, new, 1))

    assert sorted(faults) == [
        (
            "acts.agree-plan",
            f"leaves out the municipality, which must do agree-plan for plans of the kind {kind} on short",
        )
        for kind in kinds
    ]


ORDER = """
[[preconditions]]
id = "first"
acts = ["send-referral"]
needs = { happened = "referral.acknowledged" }
title = "Först"
remedy = "do it first"
clauses = ["EXA-3"]
"""
EVALUATED = ORDER.replace("referral.acknowledged", "referral.criteria-evaluated")
AFTER_ITSELF = "cannot be met on the track planned: it is possible only after send-referral, which waits for it"
NOBODY = """
[acts.evaluate-criteria]
clauses = ["EXA-3"]
by = [{ party = "municipality" }]
"""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (ORDER, [AFTER_ITSELF]),
        (ORDER.replace("send-referral", "accept-referral"), []),
        (ORDER.replace("remedy", 'enforce = "flag"\nremedy'), []),
        (ORDER.replace("referral.acknowledged", "referral.assessment-recorded"), [AFTER_ITSELF]),
        (ORDER.replace("referral.acknowledged", "enrolment.started"), [AFTER_ITSELF]),
        (ORDER.replace("referral.acknowledged", "care-plan.initiated"), []),
        (EVALUATED, []),
        (EVALUATED + NOBODY, ["cannot be met on the track planned: nobody in the region may do evaluate-criteria"]),
        (EVALUATED + NOBODY.replace('"municipality"', '"region"'), []),
    ],
    ids=[
        "the receipt before the sending",
        "the receipt before the decision",
        "a flag",
        "an assessment before the sending",
        "the care before the sending",
        "a plan before the sending",
        "the evaluation before the sending",
        "an evaluation that no sender may make",
        "an evaluation of the sender alone",
    ],
)
def test_an_ordering_rule_that_waits_for_what_comes_after_the_act_is_reported(rule: str, said: list[str]) -> None:
    text = COUNTY.replace('id = "planned"', 'id = "planned"\nsteps = ["sent"]', 1)
    assert "steps" in text

    assert [what for path, what in list_faults(text + rule) if path.startswith("preconditions")] == said


RECEIPT = """
[acts.acknowledge-referral]
clauses = ["EXA-3"]
by = [{ party = "municipality", tracks = ["planned"] }]
"""


@pytest.mark.parametrize(
    ("steps", "by", "said"),
    [
        ("", RECEIPT, []),
        ('steps = ["sent"]', "", []),
        ('steps = ["sent"]', RECEIPT.replace(', tracks = ["planned"]', ""), []),
        ('steps = ["sent"]', RECEIPT, ["leaves out the municipality, which receives the requests on the track short"]),
    ],
    ids=["a track without sending", "a text that is silent", "every track", "another track"],
)
def test_a_request_that_its_receiver_cannot_acknowledge_is_reported(steps: str, by: str, said: list[str]) -> None:
    track = CALL[: CALL.index("[statements")].replace('id = "short"', f'id = "short"\n{steps}')

    assert [what for path, what in list_faults(COUNTY + track + by) if path == "acts.acknowledge-referral"] == said


MONEY = """
[settlement.monthly]
care = "home-care"
title = "Hemsjukvård"
form = "per-case"
clauses = ["EXA-4"]

[settlement.monthly.invoice]
clauses = ["EXA-4"]

[settlement.monthly.reimbursable]
criteria = ["threshold"]
circumstance = "threshold-met"
clauses = ["EXA-4"]

[settlement.cost_agreement]
asked = ["home-region"]
clauses = ["EXA-4"]

[settlement.cost_agreement.home]
circumstance = "threshold-met"
clauses = ["EXA-4"]

[self_care]
assessment = "self-care"
clauses = ["EXA-4"]

[content.self-care]
title = "Bedömning av egenvård"
clauses = ["EXA-4"]
fields = [{ id = "routine", title = "Rutin", clauses = ["EXA-4"] }]

[guards.delegation]
fact = "hours"
clauses = ["EXA-4"]
"""
"""Rules about who is paid for, about self-care and about delegation."""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '"threshold"',
            '"age"',
            ("settlement.monthly.reimbursable.criteria", "names the criterion age, which no track has"),
        ),
        (
            '"threshold-met"',
            '"met"',
            (
                "settlement.monthly.reimbursable.circumstance",
                "names met, but there is no condition of the vocabulary with that name",
            ),
        ),
        (
            '[settlement.cost_agreement.home]\ncircumstance = "threshold-met"',
            '[settlement.cost_agreement.home]\ncircumstance = "gone"',
            (
                "settlement.cost_agreement.home.circumstance",
                "names gone, but there is no condition of the vocabulary with that name",
            ),
        ),
        (
            '"self-care"',
            '"plan"',
            ("self_care.assessment", "names plan, but there is no content with that name"),
        ),
        ('"hours"', '"weeks"', ("guards.delegation.fact", "names weeks, but there is no fact with that name")),
    ],
)
def test_a_name_in_rules_about_money_self_care_or_guards_that_does_not_exist_is_reported(
    old: str, new: str, fault: tuple[str, str]
) -> None:
    assert list_faults(COUNTY + MONEY) == []
    assert list_faults(COUNTY + MONEY.replace(old, new, 1)) == [fault]


def test_months_may_be_settled_without_a_rule_on_who_is_paid_for() -> None:
    begin, end = MONEY.index("[settlement.monthly.reimbursable]"), MONEY.index("[settlement.cost_agreement]")

    assert list_faults(COUNTY + MONEY[:begin] + MONEY[end:]) == []


def test_criteria_without_an_evaluation_are_reported() -> None:
    fault = fault_after('evaluation = "consider-with-exception"', "#", on="[[tracks]]")

    assert fault.remedy == "add evaluation with one of consider-with-exception, all"


def test_a_waiver_on_a_track_where_all_criteria_must_be_met_is_reported() -> None:
    faults = check(TEXT.replace('"consider-with-exception"', '"all"', 1).encode())

    assert [fault.path for fault in faults] == [f"tracks[0].criteria[{index}].waiver" for index in range(5)]


def test_every_fault_is_reported_in_the_order_of_the_lines() -> None:
    text = TEXT.replace('duration = "P7D"', 'duration = "P7"', 1).replace("valid_from = 2025-03-11", "valid_from = 11")

    assert [fault.path for fault in check(text.encode())] == ["valid_from", "deadlines[3].duration"]


def test_a_text_that_is_not_toml_is_reported_with_its_line() -> None:
    (fault,) = check(b'id = "a"\nversion = \n')

    assert fault.line == 2
    assert fault.what.startswith("is not TOML")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (".".join(["a"] * 200_000) + " = 1", "has a key with more than 8 parts"),
        ('x = {y = """\n\' """, ' + '."".'.join(["a"] * 100_000) + " = 1, z = ''}", "has a key with more than 8 parts"),
        ("a = " + "[" * 200_000 + "]" * 200_000, "is nested too deep"),
        ("a = " + "{a=" * 50_000 + "1" + "}" * 50_000, "is nested too deep"),
        ("a = " + "9" * 800_000, "is not TOML: Exceeds the limit"),
        ("a = 0x" + "f" * 800_000, "is not TOML: Exceeds the limit"),
    ],
)
def test_a_text_that_takes_long_to_read_is_refused_at_once(text: str, what: str) -> None:
    (fault,) = check(text.encode())

    assert fault.what.startswith(what)


def test_a_key_with_too_many_parts_is_reported_with_its_line() -> None:
    (fault,) = check(f'id = "a"\n{".".join("abcdefghi")} = 1'.encode())

    assert fault.line == 2


def test_a_remedy_names_what_there_is_to_choose_from() -> None:
    assert suggest(["a", "b"]) == "use one of a, b"
    assert suggest([]) == "remove it, because there is none yet"


def test_the_first_faults_of_a_text_with_very_many_are_reported() -> None:
    text = "\n".join(f"k{place} = 1" for place in range(5_000))

    assert len(check(text.encode())) == MOST_FAULTS


def test_a_text_that_ends_too_early_is_reported_at_its_last_line() -> None:
    (fault,) = check(b'id = "a"\ntracks = [')

    assert fault.line == 2


def test_a_text_in_another_encoding_is_reported_with_its_line() -> None:
    (fault,) = check('id = "a"\ntitle = "Hälso"\n'.encode("latin-1"))

    assert (fault.line, fault.remedy) == (2, "save the file as UTF-8")


def test_lines_are_found_in_every_kind_of_toml() -> None:
    lines = find_lines(
        '# comment with [brackets] and key = 1\n"quoted key" = """two\nlines = "2"""""\n'
        "a.b = [ # one\n  1, 'x ] y',\n  { c = 2, d = [3] },\n]\n"
        "[[t]]\n[t.u]\nv = 1\n[[t.w]]\n[[t]]\n[[t.w]]\n[[t.w]]\nx = 2025-03-11 # end"
    )

    array = {("a", "b"): 4, ("a", "b", 0): 5, ("a", "b", 1): 5, ("a", "b", 2): 6}
    inline = {("a", "b", 2, "c"): 6, ("a", "b", 2, "d"): 6, ("a", "b", 2, "d", 0): 6}
    first = {("t",): 8, ("t", 0): 8, ("t", 0, "u"): 9, ("t", 0, "u", "v"): 10, ("t", 0, "w"): 11, ("t", 0, "w", 0): 11}
    second = {("t", 1): 12, ("t", 1, "w"): 13, ("t", 1, "w", 0): 13, ("t", 1, "w", 1): 14, ("t", 1, "w", 1, "x"): 15}
    assert lines == {("quoted key",): 2} | array | inline | first | second


def test_the_command_prints_every_fault_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(TEXT.replace('duration = "P7D"', 'duration = "P7"'), encoding="utf-8")

    result = CliRunner().invoke(agreement.app, ["check", str(file), "--language", "en"])

    assert result.exit_code == 1
    assert result.output.startswith(
        f"{file}:{line_holding(TEXT, 'duration =')}: deadlines[3].duration is 'P7'; write an ISO"
    )


def test_the_command_prints_the_lock_line_of_a_sound_text_wherever_it_lies(tmp_path: Path) -> None:
    file = tmp_path / "1.toml"
    file.write_text(TEXT, encoding="utf-8")

    result = CliRunner().invoke(agreement.app, ["check", str(file), "--language", "en"])

    assert result.exit_code == 0
    assert "put it in domain/agreements/texts/orebro/ and" in result.output
    assert result.output.splitlines()[-1] == f'"orebro/1.toml" = "{digest(TEXT.encode())}"'


def test_the_template_is_sound_and_in_force_nowhere() -> None:
    template = files("domain.agreements") / "template.toml"

    assert check(template.read_bytes()) == ()
    assert all(each.county != "mall-lan" for each in load_published().agreements)


# --- Rows that contradict each other ----------------------------------------------------------------------------------

OTHERWISE = """[[matrix]]
id = "nurse-otherwise"
levels = ["primary"]
settings = ["ordinary"]
professions = ["nurse"]
enrolled = true
treatment = "municipality"
performer = "region"
clauses = ["ORE-3-1"]
"""
"""A row that says otherwise about a nurse's care of a person who is enrolled."""
NOTED = """[[silences]]
id = "OPEN"
about = ["nurse-otherwise", "{row}"]
statement = "Vem som ger vården."
handling = "En konflikt som visar båda raderna."
"""


def with_row(row: str, note: str = "") -> tuple[TextFault, ...]:
    """Return the faults of the published text with one more row, and a note."""
    head = "[[matrix]]\n"
    return check(TEXT.replace(head, row + "\n" + note + "\n" + head, 1).encode())


def test_a_row_that_answers_a_question_otherwise_than_another_is_a_fault_that_names_the_question() -> None:
    (fault,) = with_row(OTHERWISE)

    assert fault.what.startswith("contradicts the row nurse-otherwise about profession nurse, level primary")
    assert ", age" not in fault.what
    assert "overrides = true" in fault.remedy


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('performer = "region"', 'performer = "municipality"'),
        ("enrolled = true", "enrolled = true\noverrides = true"),
        ("enrolled = true", 'enrolled = true\nconditions = ["composite-needs", "single"]'),
        ('["nurse"]', '["dietitian"]'),
    ],
    ids=["says the same", "goes before", "is narrower", "is about others"],
)
def test_a_row_contradicts_no_other_if_it(old: str, new: str) -> None:
    assert not [fault for fault in with_row(OTHERWISE.replace(old, new)) if "contradicts" in fault.what]


def test_a_contradiction_that_the_document_leaves_open_is_noted_with_both_rows() -> None:
    (fault,) = with_row(OTHERWISE)
    other = tomllib.loads(TEXT)["matrix"][int(fault.path.partition("[")[2].rstrip("]")) - 1]["id"]

    assert with_row(OTHERWISE, NOTED.format(row=other)) == ()


@pytest.mark.parametrize(("to", "contradicts"), [(17, False), (18, True)])
def test_rows_about_ages_contradict_each_other_only_where_the_ages_meet(to: int, contradicts: bool) -> None:
    of_others = OTHERWISE.replace('["nurse"]', '["dietitian"]')
    young = of_others.replace("enrolled = true", f"enrolled = true\nmax_age = {to}")
    old = of_others.replace("-otherwise", "-old").replace("enrolled = true", "enrolled = true\nmin_age = 18")
    found = with_row(young + "\n" + old.replace('performer = "region"', 'performer = "municipality"'))

    named = [fault.what for fault in found if fault.what.startswith("contradicts the row nurse-otherwise")]
    assert [what.endswith("setting ordinary, age 18") for what in named] == [True] * contradicts


OF_OTHERS = OTHERWISE.replace('["nurse"]', '["dietitian"]')
"""A row about a profession that no other row is about."""


def list_contradicted(*rows: str) -> list[str]:
    """Return the ids of the rows that a later one contradicts."""
    return [fault.what.split()[3] for fault in with_row("\n".join(rows)) if fault.what.startswith("contradicts")]


def test_rows_that_always_hold_contradict_each_other_as_other_rows_do() -> None:
    always = OF_OTHERS.replace("enrolled = true", "always = true")
    other = always.replace("-otherwise", "-always").replace('performer = "region"', 'performer = "municipality"')

    assert list_contradicted(always, other) == ["nurse-otherwise"]


def test_a_row_that_names_the_employer_that_follows_from_another_contradicts_it_not() -> None:
    named = OF_OTHERS.replace("-otherwise", "-employed") + 'employer = "region"\n'

    assert list_contradicted(OF_OTHERS, named) == []
    assert list_contradicted(OF_OTHERS, named.replace('employer = "region"', 'employer = "municipality"')) == [
        "nurse-otherwise"
    ]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_row_about_any_profession_contradicts_one_about_a_single_one(is_first: bool) -> None:
    of_any = OF_OTHERS.replace("-otherwise", "-any").replace("municipality", "region")
    of_any = of_any.replace('professions = ["dietitian"]', "single_intervention = false")
    rows = [of_any, OF_OTHERS] if is_first else [OF_OTHERS, of_any]

    assert list_contradicted(*rows)[:1] == ["nurse-any" if is_first else "nurse-otherwise"]


def test_rows_that_end_at_an_age_contradict_each_other_below_it() -> None:
    young = OF_OTHERS.replace("enrolled = true", "max_age = 17")
    other = young.replace("-otherwise", "-other").replace("municipality", "region")

    assert list_contradicted(young, other) == ["nurse-otherwise"]


def test_two_rows_before_which_others_always_go_contradict_nothing() -> None:
    other = OF_OTHERS.replace("-otherwise", "-other").replace("municipality", "region")
    before, another = (row.replace('id = "', 'overrides = true\nid = "before-') for row in (OF_OTHERS, other))

    assert list_contradicted(OF_OTHERS, other, before, another) == ["before-nurse-otherwise"]


def test_rows_contradict_each_other_above_the_ages_at_which_a_third_goes_before() -> None:
    of_others = OTHERWISE.replace('["nurse"]', '["dietitian"]').replace("enrolled = true", "min_age = 18")
    other = of_others.replace("-otherwise", "-other").replace('performer = "region"', 'performer = "municipality"')
    third = of_others.replace("-otherwise", "-third").replace("min_age = 18", "max_age = 50\noverrides = true")
    found = with_row("\n".join((of_others, other, third)))

    assert [fault.what[-8:] for fault in found if fault.what.startswith("contradicts the row nurse-otherwise")] == [
        ", age 51"
    ]
