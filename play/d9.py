"""D9, "The agreement ends" (catalogue D, GAV; the rate is a fixture)."""

from collections.abc import Sequence

from play.client import Answer, Cast, Person
from play.people import patient, raised, sent
from play.settlement import CARE, closed, expect_settled, hours, invoice, opened, with_rate
from play.severe_illness import NORRBY, REGION, SODERBY, VENTILATOR, Staff, home, needed
from play.story import Step, Story
from play.views import Case

MAN = "198008089818"
"""Born 8 August 1980."""
SHIPPED, COPY = "svart-sjuka-i-hemmet/2018", "svart-sjuka-i-hemmet/2018-kopia"
CITED, COPY_CITED = SHIPPED.replace("/", " "), COPY.replace("/", " ")
NOVEMBER, DECEMBER = "2019-11-15T12:00:00+01:00", "2019-12-01"
WORK = {"kind": "health-care", "treatment_level": "specialised"}


def d9(story: Story, cast: Cast) -> Sequence[Case]:
    """Carry D9 through, and say which cases it made."""
    staff = Staff.of(cast)
    _follow_up(story, staff)
    case = _november(story, staff)
    known = _replayed(story, staff, case, "2019-11-20 09:00")
    _last_day(story, staff, case)
    _first_day_after(story, staff, case)
    _december(story, staff, case)
    again = _replayed(story, staff, case, "2020-02-03 09:00")
    step = story.step(staff.municipal, "compares what is told of November before and after the agreement ended")
    for told, before, after in zip(("as known at", "as known now"), known, again, strict=True):
        step.expect(f"the same answer, {told}", True, before == after)
    return case, _copy(story, staff)


def _follow_up(story: Story, staff: Staff) -> None:
    story.heading("The yearly follow-up")
    story.on("2019-04-02 09:00")
    for person in (staff.coordinator, staff.municipal):
        step = story.step(person, "looks at what waits, a year and a day after the agreement began")
        for day, overdue in (("2019-04-01", False), ("2019-04-02", True)):
            items = person.get("worklist", on=f"{day}T12:00:00+02:00").body
            said = [
                (one["due"], one["overdue"], one["owner"], one["rule"])
                for one in items
                if one.get("kind") == "contract" and one["key"] == "hold-follow-up"
            ]
            step.expect(
                f"due, overdue, whose, rule on {day}",
                [("2019-04-01", overdue, "Länsledning Välfärd", "GAV-11-1")],
                said,
            )


def _november(story: Story, staff: Staff) -> Case:
    story.heading("In force")
    story.on("2019-11-04 09:00")
    step = story.step(staff.specialist_nurse, "raises the need of a man on a ventilator, who comes home")
    patient_id = patient(step, staff.specialist_nurse, MAN)
    case = needed(step, staff.specialist_nurse, patient_id, VENTILATOR, municipality=NORRBY, treated_by="specialised")
    home(step, staff, case, VENTILATOR | {"performer": "municipality"}, ventilator=True)
    return case


def _replayed(story: Story, staff: Staff, case: Case, moment: str) -> list[object]:
    """What is told of November, in both modes and over FHIR."""
    story.on(moment)
    step = story.step(staff.municipal, "replays 2019-11-15")
    told: list[object] = []
    for mode in ("as-known-at", "as-known-now"):
        answer = staff.municipal.get(f"{case.path}/replay", at=NOVEMBER, mode=mode).body
        (held,) = answer["responsible"]
        step.expect_in_order(
            f"treatment, performer, version, {mode}",
            [REGION, NORRBY, CITED],
            [held["treatment"], held["performer"], held["agreement"]],
        )
        then = [held[name] for name in held if name != "valid_to"]
        told.append((then, answer["case"], answer["resources"]))
    (entry,) = staff.municipal.read(f"Task/{case.task}/_history", _at=NOVEMBER)["entry"]
    step.expect("the Task then", "in-progress", entry["resource"]["status"])
    return told


def _last_day(story: Story, staff: Staff, case: Case) -> None:
    story.heading("The last day")
    story.on("2019-12-31 23:30")
    municipal = staff.municipal
    step = story.step(municipal, "records the hours of 2019-12-31: accepted")
    hours(step, municipal, case, day="2019-12-31", performed="24", **WORK)
    entry = municipal.get(f"{case.path}/timeline").body[-1]
    step.expect("version that they cite", CITED, entry["agreement"])
    for at, agreement, force in (
        ("2019-12-31T23:59:00+01:00", CITED, "agreement"),
        ("2020-01-01T00:00:00+01:00", None, "no agreement"),
    ):
        _expect_force(step, municipal, NORRBY, at, agreement, force)


def _expect_force(step: Step, person: Person, municipality: str, at: str, agreement: str | None, answer: str) -> None:
    said = person.get("agreements/in-force", municipality=municipality, at=at).body
    found = said["agreement"]
    cited = f"{found['id']} {found['version']}" if found else None
    step.expect_in_order(f"in force at {at}", [answer, agreement], [said["answer"], cited])
    if agreement is None:
        step.expect_in_order("who then has the duty", [REGION, True], [said["duty"], "SKR-3-8" in said["rules"]])


def _first_day_after(story: Story, staff: Staff, case: Case) -> None:
    story.heading("The first day after")
    story.on("2020-01-01 08:00")
    municipal = staff.municipal
    step = story.step(municipal, "records hours of 2020-01-01 (F25)")
    answer = municipal.act(f"{case.path}/record-hours", day="2020-01-01", performed="8", **WORK)
    _expect_ended(step, answer)
    step = story.step(municipal, "tries to settle January (F25)")
    asked = {"municipality": NORRBY, "care": CARE, "month": "2020-01-01"}
    _expect_ended(step, municipal.act("settlement/open-month", **asked), where=None)
    story.on("2020-01-02 09:00")
    step = story.step(municipal, "records late, on the 2nd, that it performed care on the 31st: accepted")
    late = {"day": "2019-12-31", "planned": "24", "occurred_at": "2019-12-31T23:45:00+01:00"}
    step.done(municipal.act(f"{case.path}/record-hours", **late, **WORK))
    entry = municipal.get(f"{case.path}/timeline").body[-1]
    step.expect("version that it cites", CITED, entry["agreement"])


def _expect_ended(step: Step, answer: Answer, *, where: str | None = "occurred_at") -> None:
    step.refused(answer, "NO_AGREEMENT_IN_FORCE", rule="SYS-2", where=where, status=422)


def _december(story: Story, staff: Staff, case: Case) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.heading("December is invoiced after the agreement has ended (G9)")
    story.on("2020-01-24 09:00")
    step = story.step(region, "sees to the rate")
    with_rate(step, region, 2019)
    month = opened(step, municipal, NORRBY, DECEMBER)
    if month.is_new:
        step = story.step(municipal, "closes the hours of December, and invoices them")
        step.done(closed(municipal, month))
        step.done(invoice(municipal, month, "3648.00", {case.id: "24"}))
        step = story.step(region, "receives the invoice, and accepts it")
        step.done(region.act(f"{month.path}/receive-invoice"))
        step.done(region.act(f"{month.path}/accept-invoice"))
    step = story.step(region, "reads December")
    told = expect_settled(step, region, month, total="3648.00", timeliness="on-time")
    step.expect("the invoice", "accepted", told["state"]["status"])
    step.expect("version that it cites", {CITED}, {one["agreement"] for one in told["history"]})


def _copy(story: Story, staff: Staff) -> Case:
    """A copy of the agreement, prolonged through 2020 between the region and Söderby, is ended early."""
    story.heading("A copy of the agreement is ended early")
    region, municipal = staff.coordinator, staff.elsewhere
    story.on("2019-12-02 09:00")
    if not region.get(f"agreements/{COPY}").is_done:
        _published(story, region, municipal)
    story.on("2020-03-02 09:00")
    step = story.step(staff.specialist_nurse, "raises a need in Söderby, under the copy")
    patient_id = patient(step, staff.specialist_nurse, MAN)
    request = {"need": "Vård i hemmet", "interventions": [VENTILATOR]}
    case = raised(step, staff.specialist_nurse, patient_id, municipality=SODERBY, request=request)
    case = sent(step, staff.specialist_nurse, case, SODERBY)
    entry = staff.specialist_nurse.get(f"{case.path}/timeline").body[-1]
    step.expect("version that it cites", COPY_CITED, entry["agreement"])
    story.on("2020-03-16 09:00")
    if not region.get(f"agreements/{COPY}").body["endings"]:
        _ended(story, region, municipal)
    step = story.step(region, "asks what is in force around the last day")
    for at, agreement, force in (
        ("2020-03-31T23:59:00+02:00", COPY_CITED, "agreement"),
        ("2020-04-01T00:00:00+02:00", None, "no agreement"),
    ):
        _expect_force(step, region, SODERBY, at, agreement, force)
    told = region.get(f"agreements/{COPY}", on="2020-04-01T12:00:00+02:00").body
    step.expect("status of the copy", "ended", told["status"])
    story.on("2020-04-01 09:00")
    step = story.step(municipal, "records hours of the day after (F25)")
    answer = municipal.act(f"{case.path}/record-hours", day="2020-04-01", performed="8", **WORK)
    _expect_ended(step, answer)
    step = story.step(municipal, "records those of the last day")
    late = {"day": "2020-03-31", "performed": "8", "occurred_at": "2020-03-31T20:00:00+02:00"}
    step.done(municipal.act(f"{case.path}/record-hours", **late, **WORK))
    entry = municipal.get(f"{case.path}/timeline").body[-1]
    step.expect("version that they cite", COPY_CITED, entry["agreement"])
    return case


def _published(story: Story, region: Person, municipal: Person) -> None:
    step = story.step(region, "submits a copy, with another version and for another year")
    text = region.text(f"agreements/{SHIPPED}/text")
    copied = (
        text.replace('version = "2018"', 'version = "2018-kopia"')
        .replace("= 2018-04-01", "= 2020-01-01")
        .replace("= 2019-12-31", "= 2020-12-31")
    )
    step.done(region.act("agreements", text=copied))
    step.done(region.act(f"agreements/{COPY}/sign-version"))
    step = story.step(region, "tries to publish it with the region's signature alone")
    answer = region.act(f"agreements/{COPY}/publish-version")
    step.refused(answer, "OTHER_PARTY_MISSING", rule="SYS-3", where="municipality", status=409)
    step = story.step(municipal, "signs it too, and it is published")
    step.done(municipal.act(f"agreements/{COPY}/sign-version"))
    step.done(region.act(f"agreements/{COPY}/publish-version"))


def _ended(story: Story, region: Person, municipal: Person) -> None:
    decision = {"last_day": "2020-03-31", "condition": "Riksdagens beslut om ändring i LSS"}
    step = story.step(region, "ends it without citing the condition that the agreement names (G6)")
    answer = region.act(f"agreements/{COPY}/end-version", **decision)
    step.refused(answer, "END_CONDITION_MISSING", rule="SYS-1", status=422)
    step = story.step(region, "ends it for days that have passed")
    past = decision | {"last_day": "2020-03-15", "clauses": ["GAV-3-1"]}
    answer = region.act(f"agreements/{COPY}/end-version", **past)
    step.refused(answer, "NOT_RETROACTIVE", rule="GAV-3-1", where="last_day", status=422)
    step = story.step(region, "declares for the region that it ends, by the state's decision")
    step.done(region.act(f"agreements/{COPY}/end-version", **decision, clauses=["GAV-3-1"]))
    _expect_force(step, region, SODERBY, "2020-04-01T12:00:00+02:00", COPY_CITED, "agreement")
    step = story.step(municipal, "declares the same for Söderby")
    step.done(municipal.act(f"agreements/{COPY}/end-version", **decision, clauses=["GAV-3-1"]))
