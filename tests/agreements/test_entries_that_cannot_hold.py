"""Entries of a text that could never hold: time limits, offices, ordering rules and fields, as the check names them."""

import pytest

from domain.authoring.validation import check, warn
from tests.agreements.test_deadlocks import CLAUSES, text_with
from tests.agreements.test_needs_of_rules import give
from tests.agreements.test_validation import COUNTY, NOBODY, TEXT

PRIMARY = 'primary = "primärvård"\n'
MUNICIPALITY, REGION = 'party = "municipality"', 'party = "region"'


def list_paths(text: str, words: str) -> list[str]:
    """List the paths of the faults of a text whose words are these."""
    return sorted(fault.path for fault in check(text.encode()) if words in fault.what)


# --- Time limits ------------------------------------------------------------------------------------------------------


def limit(id: str, time: str) -> str:
    """Return a time limit as a text has it."""
    return f'[[deadlines]]\nid = "{id}"\ntitle = "Tiden"\nwords = "i tid"\n{time}\n{CLAUSES}'


@pytest.mark.parametrize(
    ("time", "is_said_twice"),
    [
        ('duration = "P7D"', False),
        ("day_of_month = 25\nmonths = [6]", False),
        ('duration = "P7D"\nday_of_month = 25', True),
        ('duration = "P7D"\nmonths = [6]', True),
    ],
)
def test_a_limit_says_its_time_once(time: str, is_said_twice: bool) -> None:
    assert bool(list_paths(text_with(limit("answer", time)), "says its time twice")) is is_said_twice


def statement(counts_from: str) -> str:
    """Return a kind of statement with a limit, as a text has it."""
    return f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {REGION} }}]\ndeadline = "short"\n{counts_from}\n{CLAUSES}'


PLAN = f'[plans.individual]\ntitle = "Individuell plan"\nestablished_by = "author"\n{{}}\n{CLAUSES}'


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (statement('counts_from = "event:referral.sent"'), []),
        (statement(""), []),
        (statement('counts_from = "plan:individual"') + PLAN.format(""), ["statements.call.deadline"]),
        (PLAN.format('lapses = "short"'), ["plans.individual.lapses"]),
        (limit("agreement-follow-up", 'duration = "PT24H"'), ["deadlines[1].id"]),
        (limit("agreement-follow-up", 'duration = "P1Y"'), []),
    ],
    ids=["from an event", "from nothing", "from a plan", "of a plan", "of the agreement", "of the agreement in days"],
)
def test_hours_count_from_a_moment_and_not_from_a_day(entry: str, path: list[str]) -> None:
    assert list_paths(text_with(limit("short", 'duration = "PT24H"') + entry), "which is in hours") == path


@pytest.mark.parametrize(
    ("time", "paths"),
    [
        ("day_of_month = 31", []),
        ("day_of_month = 29\nmonths = [2]", []),
        ("day_of_month = 30\nmonths = [2]", ["deadlines[0].day_of_month"]),
        ("day_of_month = 31\nmonths = [4, 6]", ["deadlines[0].day_of_month"]),
        ("day_of_month = 32", ["deadlines[0].day_of_month"]),
        ("day_of_month = 0", ["deadlines[0].day_of_month"]),
        ("months = [13]", ["deadlines[0].months"]),
        ("day_of_month = 1\nmonths = [0]", ["deadlines[0].months"]),
        ('duration = "PT0H"', ["deadlines[0].duration"]),
        ('duration = "P0D"', []),
        ("", []),
    ],
)
def test_a_limit_says_a_day_that_comes(time: str, paths: list[str]) -> None:
    of_limits = [
        fault.path for fault in check(text_with(limit("answer", time)).encode()) if "no entry uses" not in fault.what
    ]

    assert of_limits == paths


@pytest.mark.parametrize("field", ["follow_up_every", "lapses"])
@pytest.mark.parametrize("time", ["", "day_of_month = 25", "months = [12]"])
def test_a_plan_is_followed_up_and_lapses_after_a_time_that_is_counted(field: str, time: str) -> None:
    text = text_with(limit("short", time) + PLAN.format(f'{field} = "short"'))

    (fault,) = (each for each in check(text.encode()) if each.path == f"plans.individual.{field}")

    assert "has no duration" in fault.what
    assert "give the deadline short a duration, as P7D" in fault.remedy


@pytest.mark.parametrize("duration", ["P0D", "P0W", "P0Y0M0D"])
@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (PLAN.format('follow_up_every = "often"'), "plans.individual.follow_up_every"),
        ("", "deadlines[0].duration"),
    ],
    ids=["of a plan", "of the agreement"],
)
def test_a_time_that_comes_again_has_a_length(duration: str, entry: str, path: str) -> None:
    id = "often" if entry else "agreement-follow-up"

    assert list_paths(text_with(limit(id, f'duration = "{duration}"') + entry), "a time of no length") == [path]
    assert list_paths(text_with(limit(id, 'duration = "P7D"') + entry), "a time of no length") == []


@pytest.mark.rule("ORE-4.1.2-6")
def test_the_time_between_two_reviews_has_a_length() -> None:
    review = '[settlement.supplement.review]\nevery = "P1Y"\nclauses = ["ORE-4.1.2-6"]\n'
    assert review in TEXT

    for changed, paths in ((review.replace("P1Y", "P0Y"), ["settlement.supplement.review.every"]), ("", [])):
        assert list_paths(TEXT.replace(review, changed), "a time of no length") == paths


# --- Offices and signatures -------------------------------------------------------------------------------------------

OFFICES = '[vocabulary.offices]\nboard-chair = "ordförande"\ncare-director = "direktör"\n'
TWO = 'offices = ["board-chair", "care-director"]'
UNNAMED = 'offices = ["chair"]'


@pytest.mark.parametrize(
    ("act", "group", "words", "fields"),
    [
        ("sign-version", f"{REGION}, {TWO}, signatures = 2", "signature", []),
        ("sign-version", f"{REGION}, {TWO}, signatures = 3", "asks for 3 signatures", ["signatures"]),
        ("end-version", f"{REGION}, signatures = 2", "names 0 offices", ["signatures"]),
        ("publish-version", f"{REGION}, {TWO}", "signature", []),
        ("publish-version", f"{REGION}, {TWO}, signatures = 2", "of an act that is done once", ["signatures"]),
        ("publish-version", f'{REGION}, offices = ["signatory"]', "names the office", []),
        ("publish-version", f'{REGION}, offices = ["chair"]', "names the office chair", ["offices"]),
        ("publish-version", f'{REGION}, roles = ["care-staff"]', "names only care-staff", ["roles"]),
        ("publish-version", f'{REGION}, roles = ["care-staff", "official"]', "names only", []),
        ("raise-need", f"{REGION}, {TWO}", "names the office", []),
        ("raise-need", f"{REGION}, {TWO}, signatures = 2", "of an act that is done once", ["signatures"]),
        ("raise-need", f'{REGION}, roles = ["care-staff"]', "names only", []),
    ],
)
def test_signatures_that_could_never_be_given_are_faults(act: str, group: str, words: str, fields: list[str]) -> None:
    text = text_with(OFFICES + give(act, group, MUNICIPALITY))

    assert list_paths(text, words) == [f"acts.{act}.by[0].{field}" for field in fields]


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (
            give("raise-need", REGION, MUNICIPALITY)
            + f"[acts.raise-need.on.home-care]\nby = [{{ {REGION}, {UNNAMED} }}]\n{CLAUSES}",
            "acts.raise-need.on.home-care.by[0].offices",
        ),
        (PLAN.format(f"initiated_by = [{{ {REGION}, {UNNAMED} }}]"), "plans.individual.initiated_by[0].offices"),
        (
            f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {REGION}, {UNNAMED} }}]\n{CLAUSES}',
            "statements.call.by[0].offices",
        ),
        (
            f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {REGION} }}]\nfields = [{{ id = "caller", title = "Vem", '
            f'clauses = ["MAL-2-2"], who = {{ {REGION}, {UNNAMED} }} }}]\n{CLAUSES}',
            "statements.call.fields[0].who.offices",
        ),
    ],
    ids=["on a track", "a plan", "a statement", "a person in a field"],
)
def test_an_office_without_a_name_is_a_fault_wherever_it_stands(entry: str, path: str) -> None:
    assert list_paths(text_with(OFFICES + entry), "names the office chair") == [path]


@pytest.mark.parametrize(("act", "is_left_out"), [("sign-version", True), ("end-version", True), ("raise-need", False)])
def test_no_party_is_left_out_of_signing_and_ending(act: str, is_left_out: bool) -> None:
    words = "a version takes both parties"

    assert list_paths(text_with(give(act, REGION)), words) == ([f"acts.{act}.by"] if is_left_out else [])
    assert list_paths(text_with(give(act, REGION, MUNICIPALITY)), words) == []


# --- Ordering rules ---------------------------------------------------------------------------------------------------

STEPS = '["sent", "acknowledged", "assessing"]'
SHORT = '[[tracks]]\nid = "short"\ntitle = "Kortvarig hemsjukvård"\nclauses = ["EXA-2"]\n'
EVALUATED = 'happened = "referral.criteria-evaluated"'


def rule(act: str, needs: str, limits: str = "") -> str:
    """Return an ordering rule as another county's text has it."""
    return (
        f'[[preconditions]]\nid = "{act}-{len(needs + limits)}"\nacts = ["{act}"]\nneeds = {{ {needs} }}\n'
        f'title = "Först"\nremedy = "do it first"\n{limits}\nclauses = ["EXA-3"]\n'
    )


def list_late(*rules: str, steps: str = STEPS, more: str = "") -> list[str]:
    """List the faults of rules that wait for what comes too late, with the track."""
    text = COUNTY.replace('id = "planned"', f'id = "planned"\nsteps = {steps}', 1) + SHORT + more + "".join(rules)
    return [fault.what for fault in check(text.encode()) if fault.what.startswith("cannot be met on the track")]


def late(act: str) -> list[str]:
    """Return the fault of an act that waits for something after itself."""
    return [f"cannot be met on the track planned: it is possible only after {act}, which waits for it"]


@pytest.mark.parametrize("needs", ['plan = "sip"', 'contact = "fast-vardkontakt"', 'happened = "care-plan.initiated"'])
def test_a_plan_and_its_contacts_are_made_once_the_assessment_has_begun(needs: str) -> None:
    for act in ("acknowledge-referral", "start-assessment"):
        assert list_late(rule(act, needs)) == late(act)
    assert list_late(rule("acknowledge-referral", needs), steps='["sent", "acknowledged"]') == []
    assert list_late(rule("accept-referral", needs)) == []


def test_a_step_comes_after_the_steps_before_it_and_not_after_itself() -> None:
    acknowledged = 'happened = "referral.acknowledged"'

    assert list_late(rule("send-referral", acknowledged)) == late("send-referral")
    assert list_late(rule("acknowledge-referral", acknowledged)) == []
    assert list_late(rule("send-referral", 'happened = "case.home-visit-recorded"')) == []


def test_an_ordering_rule_is_asked_on_its_own_tracks() -> None:
    started = 'happened = "enrolment.started"'

    assert list_late(rule("send-referral", started, 'tracks = ["planned"]')) == late("send-referral")
    assert list_late(rule("send-referral", started, 'tracks = ["short"]')) == []


def test_criteria_that_must_be_evaluated_before_the_sending_can_be_evaluated_then() -> None:
    before_receipt = rule("acknowledge-referral", EVALUATED)
    before_sending = rule("send-referral", EVALUATED, 'tracks = ["planned"]')
    elsewhere = rule("send-referral", EVALUATED, 'tracks = ["short"]')
    other = rule("send-referral", 'happened = "enrolment.started"')

    assert list_late(before_receipt) == late("acknowledge-referral")
    assert list_late(before_receipt, before_sending) == []
    assert late("acknowledge-referral")[0] in list_late(before_receipt, elsewhere)
    assert list_late(before_receipt, other) == late("acknowledge-referral") + late("send-referral")
    assert list_late(before_sending, other) == late("send-referral")


def test_criteria_are_evaluated_before_the_sending_by_those_who_raise_the_need() -> None:
    raised = NOBODY.replace("evaluate-criteria", "raise-need")
    planned = rule("send-referral", EVALUATED, 'tracks = ["planned"]')

    assert list_late(planned, more=NOBODY) == [
        "cannot be met on the track planned: nobody in the region may do evaluate-criteria"
    ]
    assert list_late(planned, more=NOBODY + raised) == []
    assert list_late(rule("send-referral", EVALUATED, 'tracks = ["short"]')) == [
        "cannot be met on the track short, which has no criteria"
    ]


@pytest.mark.parametrize(
    ("steps", "later"), [('["sent"]', "accept-referral"), ('["sent", "acknowledged"]', "acknowledge-referral")]
)
def test_the_remedy_of_a_rule_that_waits_too_early_names_the_act_that_can_wait(steps: str, later: str) -> None:
    text = COUNTY.replace('id = "planned"', f'id = "planned"\nsteps = {steps}', 1)

    faults = check((text + rule("send-referral", 'happened = "referral.acknowledged"')).encode())

    (remedy,) = [fault.remedy for fault in faults if "cannot be met on the track" in fault.what]
    assert f"such as {later}," in remedy


# --- Fields that an act fills -----------------------------------------------------------------------------------------


def content(name: str, fields: str) -> str:
    """Return required content as a text has it."""
    return f'[content.{name}]\ntitle = "Innehåll"\nfields = [{fields}]\n{CLAUSES}'


def field(id: str, more: str = "") -> str:
    """Return a required field as a text has it."""
    return f'{{ id = "{id}", title = "Fältet", clauses = ["MAL-2-2"]{more} }}'


GROUP = f", fields = [{field('part')}]"


@pytest.mark.parametrize(
    ("entry", "path", "words"),
    [
        (content("referral", field("need")), "", ""),
        (content("referral", field("wish")), "content.referral.fields[0].id", "is wish, a field that the act cannot"),
        (content("referral", field("need", GROUP)), "content.referral.fields[0]", "is need, a group of fields"),
        (
            content("referral", field("interventions", f", each = true, fields = [{field('wish')}]")),
            "content.referral.fields[0].fields[0].id",
            "is wish, a field that the act cannot fill",
        ),
        (
            content("planning", field("form", ', choices = { facility = "på plats" }')),
            "",
            "",
        ),
        (content("planning", field("participation", ', choices = { good = "god" }')), "", ""),
        (
            content("parts", field("part", GROUP)) + PLAN.format('content = "parts"'),
            "",
            "",
        ),
        (
            content("parts", field("part")) + PLAN.format('content = "parts"'),
            "content.parts.fields[0]",
            "is part, a part without fields",
        ),
        (
            content("parts", field("part", f", each = true, fields = [{field('wish')}]"))
            + PLAN.format('content = "parts"'),
            "content.parts.fields[0].fields[0].id",
            "is wish, a field that the act cannot fill",
        ),
        (
            content("parts", field("part", f", fields = [{field('text', GROUP)}]")) + PLAN.format('content = "parts"'),
            "content.parts.fields[0].fields[0]",
            "is text, a group of fields",
        ),
        (
            content("orders", field("interventions", f", each = true, fields = [{field('wish')}]"))
            + PLAN.format('interventions = "orders"'),
            "content.orders.fields[0].fields[0].id",
            "is wish, a field that the act cannot fill",
        ),
        (
            f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {REGION} }}]\n'
            f"fields = [{field('day', GROUP)}]\n{CLAUSES}",
            "statements.call.fields[0]",
            "is day, a group of fields",
        ),
        (
            f'[statements.call]\ntitle = "Samtalet"\nby = [{{ {REGION} }}]\n'
            f"fields = [{field('day', ', each = true')}]\n{CLAUSES}",
            "statements.call.fields[0]",
            "is day, a group of fields",
        ),
        (
            f'[self_care]\nassessment = "own"\n{CLAUSES}{content("own", field("wish"))}',
            "content.own.fields[0].id",
            "is wish, a field that the act cannot fill",
        ),
    ],
)
def test_a_field_that_no_act_fills_is_a_fault(entry: str, path: str, words: str) -> None:
    cannot = ("cannot fill", "cannot have", "a group of fields where", "a part without fields")
    faults = [fault for fault in check(text_with(entry).encode()) if any(each in fault.what for each in cannot)]

    assert [fault.path for fault in faults] == ([path] if path else [])
    assert all(words in fault.what for fault in faults)


def test_a_care_level_besides_those_of_the_law_is_a_fault() -> None:
    for level, path in (("specialised", []), ("regional", ["vocabulary.levels.regional"])):
        text = text_with("").replace(PRIMARY, f'{PRIMARY}{level} = "annan vård"\n', 1)

        assert list_paths(text, "a care level that no assessment can have") == path


# --- Doubts -----------------------------------------------------------------------------------------------------------

HIGHER = (PRIMARY, f'{PRIMARY}specialised = "specialiserad vård"\n')
WOUNDS = ("[vocabulary.interventions]\n", '[vocabulary.interventions]\nwounds = "sår"\n')
ROW = f"""
[[matrix]]
id = "wounds"
interventions = ["wounds"]
treatment = "municipality"
{CLAUSES}
"""


@pytest.mark.parametrize(
    ("old", "new", "is_doubtful"),
    [
        ("", "", True),
        ("interventions = [", 'levels = ["primary"]\ninterventions = [', False),
        ('"municipality"', '"region"', False),
        ('interventions = ["wounds"]', 'professions = ["nurse"]', False),
        ("specialised =", "primary-care =", False),
    ],
    ids=["any level", "its own level", "the region", "no intervention", "no other level"],
)
def test_a_row_beyond_the_scope_is_doubtful_if_it_gives_the_municipality_an_intervention_at_any_level(
    old: str, new: str, is_doubtful: bool
) -> None:
    text = text_with(ROW.replace(old, new, 1)).replace(*WOUNDS, 1)
    if "specialised" not in old:
        text = text.replace(*HIGHER, 1)

    assert bool([fault for fault in warn(text.encode()) if "states no levels" in fault.what]) is is_doubtful


@pytest.mark.parametrize(
    ("scope", "row", "is_doubtful"),
    [
        ("min_age = 65", "", True),
        ("max_age = 64", "", True),
        ("min_age = 65", "min_age = 65", False),
        ("min_age = 65", "max_age = 17", False),
        ("", "", False),
    ],
    ids=["no ages from 65", "no ages up to 64", "its ages", "a row about children", "any age"],
)
def test_a_row_that_gives_the_municipality_care_at_any_age_is_doubtful_in_a_text_of_some_ages(
    scope: str, row: str, is_doubtful: bool
) -> None:
    text = text_with("").replace('settings = ["ordinary"]\nclauses', f'settings = ["ordinary"]\n{scope}\nclauses', 1)
    text = text.replace("enrolled = true\n", f"enrolled = true\n{row}\n", 1)

    doubts = [doubt for doubt in warn(text.encode()) if "states no ages" in doubt.what]

    assert [doubt.path for doubt in doubts] == (["matrix[1]"] if is_doubtful else [])
    assert all(doubt.remedy == f"write {scope}, or the ages that are meant" for doubt in doubts)


@pytest.mark.parametrize(
    ("guard", "roles", "is_doubtful"),
    [
        (True, ', roles = ["nurse"]', True),
        (True, ', roles = ["care-staff"]', False),
        (True, "", False),
        (False, ', roles = ["nurse"]', False),
    ],
    ids=["a nurse alone", "care staff", "everybody", "no such check"],
)
def test_delegation_to_staff_who_may_record_nothing_is_doubtful(guard: bool, roles: str, is_doubtful: bool) -> None:
    checked = f"[guards.delegation]\n{CLAUSES}" if guard else ""
    text = text_with(checked + give("perform-intervention", f"{MUNICIPALITY}{roles}"))

    assert bool([fault for fault in warn(text.encode()) if "staff without a licence" in fault.what]) is is_doubtful


# --- Prolongation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_day", "path"),
    [
        (None, "prolongation"),
        ("2026-03-31", "prolongation.notice"),
        ("2026-04-01", None),
        ("2027-12-31", None),
    ],
    ids=["no last day", "notice before the first day", "notice on the first day", "notice in time"],
)
def test_a_version_that_is_prolonged_has_a_last_day_and_time_to_end_it(last_day: str | None, path: str | None) -> None:
    ends = f"valid_to = {last_day}\n" if last_day is not None else ""
    text = text_with(f'[prolongation]\nperiod = "P1Y"\nnotice = "P3M"\n{CLAUSES}')
    first = next(line for line in text.splitlines() if line.startswith("valid_from"))
    dated = text.replace(f"{first}\n", f"valid_from = 2026-01-01\n{ends}", 1)

    found = [fault.path for fault in check(dated.encode()) if fault.path.startswith("prolongation")]

    assert found == ([path] if path is not None else [])


@pytest.mark.parametrize(("id", "is_the_laws"), [("planning-call", True), ("own-call", False)])
def test_a_condition_of_payment_in_the_place_of_the_laws_is_doubtful(id: str, is_the_laws: bool) -> None:
    condition = f'[[payment_liability.conditions]]\nid = "{id}"\ntitle = "Kallelsen"\nstatement = "planning-call"\n'

    doubts = [f"{doubt.path} {doubt.what}" for doubt in warn(text_with(condition + CLAUSES).encode())]

    said = "takes the place of the law's condition planning-call (LSU-5-3, LSU-4-3)"
    assert doubts == ([f"payment_liability.conditions[0] {said}"] if is_the_laws else [])
