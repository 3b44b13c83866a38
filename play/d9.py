"""D9, "The agreement ends" (catalogue D, GAV; the rate is a fixture)."""

from collections.abc import Sequence

from play.client import Cast, HttpAnswer, Professional
from play.people import find_patient, raise_need, send_referral
from play.settlement import CARE, close_hours, ensure_rate, expect_settled, open_month, record_hours, send_invoice
from play.severe_illness import NORRBY, REGION, SODERBY, VENTILATOR, Staff, bring_home, request_care
from play.story import PlayStep, Story
from play.views import PlayCase

MAN = "198008089818"
"""Born 8 August 1980."""
ORIGINAL, COPY = "svart-sjuka-i-hemmet/2018", "svart-sjuka-i-hemmet/2018-kopia"
ORIGINAL_REFERENCE, COPY_REFERENCE = ORIGINAL.replace("/", " "), COPY.replace("/", " ")
NOVEMBER, DECEMBER = "2019-11-15T12:00:00+01:00", "2019-12-01"
WORK = {"kind": "health-care", "treatment_level": "specialised"}


def d9(story: Story, cast: Cast) -> Sequence[PlayCase]:
    """Carry D9 through, and return the cases."""
    staff = Staff.gather(cast)
    _expect_follow_up(story, staff)
    case = _enrol_in_november(story, staff)
    before = _replay_november(story, staff, case, "2019-11-20 09:00")
    _record_last_day(story, staff, case)
    _record_first_day_after(story, staff, case)
    _settle_december(story, staff, case)
    after = _replay_november(story, staff, case, "2020-02-03 09:00")
    step = story.begin_step(staff.municipal, "compares what is told of November before and after the agreement ended")
    for mode, first, second in zip(("as known at", "as known now"), before, after, strict=True):
        step.expect(f"the same answer, {mode}", True, first == second)
    return case, _end_copy(story, staff)


def _expect_follow_up(story: Story, staff: Staff) -> None:
    story.print_heading("The yearly follow-up")
    story.set_clock("2019-04-02 09:00")
    for person in (staff.coordinator, staff.municipal):
        step = story.begin_step(person, "looks at what waits, a year and a day after the agreement began")
        for day, overdue in (("2019-04-01", False), ("2019-04-02", True)):
            items = person.get("worklist", on=f"{day}T12:00:00+02:00").body
            rows = [
                (item["due"], item["overdue"], item["owner"], item["rule"])
                for item in items
                if item.get("kind") == "contract" and item["key"] == "hold-follow-up"
            ]
            step.expect(
                f"due, overdue, whose, rule on {day}",
                [("2019-04-01", overdue, "Länsledning Välfärd", "GAV-11-1")],
                rows,
            )


def _enrol_in_november(story: Story, staff: Staff) -> PlayCase:
    story.print_heading("In force")
    story.set_clock("2019-11-04 09:00")
    step = story.begin_step(staff.specialist_nurse, "raises the need of a man on a ventilator, who comes home")
    patient_id = find_patient(step, staff.specialist_nurse, MAN)
    case = request_care(
        step, staff.specialist_nurse, patient_id, VENTILATOR, municipality=NORRBY, treated_by="specialised"
    )
    bring_home(step, staff, case, VENTILATOR | {"performer": "municipality"}, ventilator=True)
    return case


def _replay_november(story: Story, staff: Staff, case: PlayCase, moment: str) -> list[object]:
    """Replay November in both modes and over FHIR, and return the answers of both modes."""
    story.set_clock(moment)
    step = story.begin_step(staff.municipal, "replays 2019-11-15")
    answers: list[object] = []
    for mode in ("as-known-at", "as-known-now"):
        replay = staff.municipal.get(f"{case.path}/replay", at=NOVEMBER, mode=mode).body
        (row,) = replay["responsible"]
        step.expect_in_order(
            f"treatment, performer, version, {mode}",
            [REGION, NORRBY, ORIGINAL_REFERENCE],
            [row["treatment"], row["performer"], row["agreement"]],
        )
        lasting = [row[name] for name in row if name != "valid_to"]
        answers.append((lasting, replay["case"], replay["resources"]))
    (entry,) = staff.municipal.read(f"Task/{case.task}/_history", _at=NOVEMBER)["entry"]
    step.expect("the Task then", "in-progress", entry["resource"]["status"])
    return answers


def _record_last_day(story: Story, staff: Staff, case: PlayCase) -> None:
    story.print_heading("The last day")
    story.set_clock("2019-12-31 23:30")
    municipal = staff.municipal
    step = story.begin_step(municipal, "records the hours of 2019-12-31: accepted")
    record_hours(step, municipal, case, day="2019-12-31", performed="24", **WORK)
    step.expect("version that they cite", ORIGINAL_REFERENCE, _read_version_of_hours(municipal, case))
    for at, agreement, force in (
        ("2019-12-31T23:59:00+01:00", ORIGINAL_REFERENCE, "agreement"),
        ("2020-01-01T00:00:00+01:00", None, "no agreement"),
    ):
        _expect_force(step, municipal, NORRBY, at, agreement, force)


def _expect_force(
    step: PlayStep, person: Professional, municipality: str, at: str, agreement: str | None, answer: str
) -> None:
    body = person.get("agreements/in-force", municipality=municipality, at=at).body
    version = body["agreement"]
    reference = f"{version['id']} {version['version']}" if version else None
    step.expect_in_order(f"in force at {at}", [answer, agreement], [body["answer"], reference])
    if agreement is None:
        step.expect_in_order("who then has the duty", [REGION, True], [body["duty"], "SKR-3-8" in body["rules"]])


def _record_first_day_after(story: Story, staff: Staff, case: PlayCase) -> None:
    story.print_heading("The first day after")
    story.set_clock("2020-01-01 08:00")
    municipal = staff.municipal
    step = story.begin_step(municipal, "records hours of 2020-01-01 (F25)")
    answer = municipal.act(f"{case.path}/record-hours", day="2020-01-01", performed="8", **WORK)
    _expect_ended(step, answer, where="day")
    step = story.begin_step(municipal, "tries to settle January (F25)")
    content = {"municipality": NORRBY, "care": CARE, "month": "2020-01-01"}
    _expect_ended(step, municipal.act("settlement/open-month", **content), where="month")
    story.set_clock("2020-01-02 09:00")
    step = story.begin_step(municipal, "records late, on the 2nd, that it performed care on the 31st: accepted")
    late_hours = {"day": "2019-12-31", "planned": "24"}
    step.expect_success(municipal.act(f"{case.path}/record-hours", **late_hours, **WORK))
    step.expect("version that it cites", ORIGINAL_REFERENCE, _read_version_of_hours(municipal, case))


def _expect_ended(step: PlayStep, answer: HttpAnswer, *, where: str) -> None:
    step.expect_refused(answer, "NO_AGREEMENT_IN_FORCE", rule="SYS-2", where=where, status=422)


def _settle_december(story: Story, staff: Staff, case: PlayCase) -> None:
    municipal, region = staff.municipal, staff.coordinator
    story.print_heading("December is invoiced after the agreement has ended (G9)")
    story.set_clock("2020-01-24 09:00")
    step = story.begin_step(region, "sees to the rate")
    ensure_rate(step, region, 2019)
    month = open_month(step, municipal, NORRBY, DECEMBER)
    if month.is_new:
        step = story.begin_step(municipal, "closes the hours of December, and invoices them")
        step.expect_success(close_hours(municipal, month))
        step.expect_success(send_invoice(municipal, month, "3648.00", {case.id: "24"}))
        step = story.begin_step(region, "receives the invoice, and accepts it")
        step.expect_success(region.act(f"{month.path}/receive-invoice"))
        step.expect_success(region.act(f"{month.path}/accept-invoice"))
    step = story.begin_step(region, "reads December")
    settlement = expect_settled(step, region, month, total="3648.00", timeliness="on-time")
    step.expect("the invoice", "accepted", settlement["state"]["status"])
    step.expect("version that it cites", {ORIGINAL_REFERENCE}, {event["agreement"] for event in settlement["history"]})


def _end_copy(story: Story, staff: Staff) -> PlayCase:
    """End early a copy of the agreement, which the region and Söderby prolong through 2020."""
    story.print_heading("A copy of the agreement is ended early")
    region, municipal = staff.coordinator, staff.elsewhere
    story.set_clock("2019-12-02 09:00")
    if not region.get(f"agreements/{COPY}").is_success:
        _publish_copy(story, staff)
    story.set_clock("2020-03-02 09:00")
    step = story.begin_step(staff.specialist_nurse, "raises a need in Söderby, under the copy")
    patient_id = find_patient(step, staff.specialist_nurse, MAN)
    request = {"need": "Vård i hemmet", "interventions": [VENTILATOR]}
    case = raise_need(step, staff.specialist_nurse, patient_id, municipality=SODERBY, request=request)
    case = send_referral(step, staff.specialist_nurse, case, SODERBY)
    entry = staff.specialist_nurse.get(f"{case.path}/timeline").body[-1]
    step.expect("version that it cites", COPY_REFERENCE, entry["agreement"])
    story.set_clock("2020-03-16 09:00")
    if not region.get(f"agreements/{COPY}").body["endings"]:
        _declare_end(story, staff.director, staff.other_director)
    step = story.begin_step(region, "asks what is in force around the last day")
    for at, agreement, force in (
        ("2020-03-31T23:59:00+02:00", COPY_REFERENCE, "agreement"),
        ("2020-04-01T00:00:00+02:00", None, "no agreement"),
    ):
        _expect_force(step, region, SODERBY, at, agreement, force)
    version = region.get(f"agreements/{COPY}", on="2020-04-01T12:00:00+02:00").body
    step.expect("status of the copy", "ended", version["status"])
    story.set_clock("2020-04-01 09:00")
    step = story.begin_step(municipal, "records hours of the day after (F25)")
    answer = municipal.act(f"{case.path}/record-hours", day="2020-04-01", performed="8", **WORK)
    _expect_ended(step, answer, where="day")
    step = story.begin_step(municipal, "records those of the last day")
    late_hours = {"day": "2020-03-31", "performed": "8"}
    step.expect_success(municipal.act(f"{case.path}/record-hours", **late_hours, **WORK))
    step.expect("version that they cite", COPY_REFERENCE, _read_version_of_hours(municipal, case))
    return case


def _read_version_of_hours(municipal: Professional, case: PlayCase) -> str:
    """Read the version that the latest hours cite. That nobody's version is in force on a later day is recorded too."""
    entries = municipal.get(f"{case.path}/timeline").body
    latest: dict[str, str] = [entry for entry in entries if entry["topic"] == "case.hours-recorded.v1"][-1]
    return latest["agreement"]


def _publish_copy(story: Story, staff: Staff) -> None:
    region, municipal = staff.director, staff.other_director
    step = story.begin_step(region, "submits a copy, with another version and for another year")
    text = region.get_text(f"agreements/{ORIGINAL}/text")
    copy_text = (
        text.replace('version = "2018"', 'version = "2018-kopia"')
        .replace("= 2018-04-01", "= 2020-01-01")
        .replace("= 2019-12-31", "= 2020-12-31")
    )
    step.expect_success(region.act("agreements", text=copy_text))
    step = story.begin_step(staff.specialist_nurse, "tries to sign it for the region")
    answer = staff.specialist_nurse.act(f"agreements/{COPY}/sign-version")
    step.expect_refused(answer, "ACTOR_NOT_ALLOWED", rule="SYS-3", status=403)
    step = story.begin_step(region, "signs it for the region")
    step.expect_success(region.act(f"agreements/{COPY}/sign-version"))
    step = story.begin_step(region, "tries to publish it with the region's signature alone")
    answer = region.act(f"agreements/{COPY}/publish-version")
    step.expect_refused(answer, "OTHER_PARTY_MISSING", rule="SYS-3", where="municipality", status=409)
    step = story.begin_step(municipal, "signs it too, and it is published")
    step.expect_success(municipal.act(f"agreements/{COPY}/sign-version"))
    step.expect_success(region.act(f"agreements/{COPY}/publish-version"))


def _declare_end(story: Story, region: Professional, municipal: Professional) -> None:
    decision = {"last_day": "2020-03-31", "condition": "Riksdagens beslut om ändring i LSS"}
    step = story.begin_step(region, "ends it without citing the condition that the agreement names (G6)")
    answer = region.act(f"agreements/{COPY}/end-version", **decision)
    step.expect_refused(answer, "END_CONDITION_MISSING", rule="SYS-1", status=422)
    step = story.begin_step(region, "ends it for days that have passed")
    past = decision | {"last_day": "2020-03-15", "clauses": ["GAV-3-1"]}
    answer = region.act(f"agreements/{COPY}/end-version", **past)
    step.expect_refused(answer, "NOT_RETROACTIVE", rule="GAV-3-1", where="last_day", status=422)
    step = story.begin_step(region, "declares for the region that it ends, by the state's decision")
    step.expect_success(region.act(f"agreements/{COPY}/end-version", **decision, clauses=["GAV-3-1"]))
    _expect_force(step, region, SODERBY, "2020-04-01T12:00:00+02:00", COPY_REFERENCE, "agreement")
    step = story.begin_step(municipal, "declares the same for Söderby")
    step.expect_success(municipal.act(f"agreements/{COPY}/end-version", **decision, clauses=["GAV-3-1"]))
