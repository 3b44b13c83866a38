"""Each kind of item that is open on the last day of the world is met by an act that it names, over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.agreements.criteria import require_waiver
from domain.agreements.expressions import list_facts
from domain.agreements.model import ActName, Agreement, Track
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.case import Case
from domain.kernel import Actor, Party
from projections.case import fold_case
from tests.live import Caller
from tests.world.conftest import GrownWorld
from tests.world.sweeps.scene import Json, Scene, SweptCase
from tests.world.sweeps.worklists import may_meet
from world.lives.words import NEEDS, TOOK_PART, WHERE_TO_TURN, make_assessment

Content = dict[str, Any]
STEPS_ON_THE_WAY = {"accept", "gap", "lapse", "required-plan", "joint-planning", "duty:interim7"}
"""Kinds of item that more than one act meets. Each act leads to another one, or to the end of the item."""


class OpenTask:
    """An item that is open, with its case as it stands and those who may act."""

    def __init__(self, scene: Scene, case: SweptCase, item: Json) -> None:
        self.scene, self.case, self.item = scene, case, item
        folded = fold_case(None, scene.services.store.load_case(case.case_id))
        assert folded is not None
        self.state: Case = folded.case
        agreement = scene.services.catalogue.in_force(case.county, datetime.now(UTC), folded.case.municipality)
        assert agreement is not None
        self.agreement: Agreement = agreement
        self.subject: str = item["key"].partition(":")[2]

    @property
    def party(self) -> Party:
        return Party(self.item["party"])

    @property
    def team(self) -> list[str]:
        """One licensed person of each party."""
        principals = [principal for principal in map(self.state.principal, Party) if principal is not None]
        staff = [self.scene.staff(self.case.county, principal) for principal in principals]
        return [next(actor.person for actor in own if actor.role.is_licensed) for own in staff]

    def find_actors(self, act: str) -> Iterator[Actor]:
        """Yield those whom the item waits for and who may do the act, at the item's unit first."""
        staff = self.scene.staff(self.case.county, self.item["principal"])
        able = [actor for actor in staff if may_meet(self.agreement, act, self.item, actor, self.state.referral.track)]
        yield from sorted(able, key=lambda actor: (actor.unit != self.item["unit"], not actor.role.is_licensed))


def give_statement(task: OpenTask) -> Content:
    """Return the first kind of statement that meets the item, with a value for each field."""
    kind = task.item["statements"][0]
    rule = task.agreement.statements[kind]
    content: Content = {
        "kind": kind,
        "fields": {field.id: next(iter(field.choices), "Utfört") for field in rule.fields},
    }
    if rule.about == "intervention":
        content["intervention"] = next(iter(task.state.named))
    return content


def give_assessment(task: OpenTask) -> Content:
    """Return an assessment of the case's interventions, at the level of the other party."""
    other = task.state.referral.assessments.get(task.party.other)
    level = other.level if other is not None else "primary"
    return make_assessment(NEEDS[0], "Vi bedömer det lika", level=level)


def give_resolution(task: OpenTask) -> Content:
    """Return the resolution that the other party has declared, or one of the first party's."""
    dispute = task.state.open_dispute
    assert dispute is not None
    proposal = dispute.proposals.get(task.party.other)
    level, performer = (proposal.level, proposal.performer) if proposal else ("primary", "region")
    return {"dispute": str(dispute.id), "level": level, "performer": performer, "conclusion": "Så får det bli"}


def give_facts(task: OpenTask) -> Content:
    """Return a fact of each sort about every criterion of the track. What the record knows, nobody gives."""
    track = task.agreement.track(task.state.referral.track)
    assert isinstance(track, Track)
    values = {"bool": True, "int": 100, "string": "sjukdom"}
    known = task.agreement.facts
    return {
        "facts": {
            criterion.id: {
                name: values[known[name].type]
                for name in list_facts(criterion.expression)
                if known[name].source is None
            }
            for criterion in track.criteria
        }
    }


def give_request(task: OpenTask) -> Content:
    """Return the case's request with a goal."""
    request = task.state.referral.request.model_dump(mode="json", exclude_none=True)
    return {"request": request | {"goal": NEEDS[0].goal}}


def give_planning(task: OpenTask) -> Content:
    """Return a planning with the individual, by staff of both parties."""
    return {"plan": task.item["plan"], "form": "home", "participants": task.team, "participation": TOOK_PART[0]}


def give_follow_up(task: OpenTask) -> Content:
    """Return a follow-up without another day."""
    return {"plan": task.item["plan"], "finding": "Fungerar som planerat", "participation": TOOK_PART[0]}


def give_departure(task: OpenTask) -> Content:
    """Return a departure from the first criterion that is not met, on the text's first ground."""
    criterion = unmet_verdicts(task.state.referral)[0].criterion
    waiver = require_waiver(task.agreement, track=task.state.referral.track, criterion=criterion)
    return {"criterion": criterion, "ground": next(iter(waiver.grounds)), "reason": "Det går inte annars"}


def give_measures(task: OpenTask) -> Content:
    """Return each risk without a measure, with one."""
    assert task.state.enrolment is not None
    risks = [risk.model_dump(mode="json") for risk in task.state.enrolment.risks if risk.measure is None]
    return {"risks": [risk | {"measure": "Räcke vid trappan"} for risk in risks]}


CONTENTS: Mapping[ActName, Callable[[OpenTask], Content]] = {
    ActName.SEND_REFERRAL: lambda task: {"receiver": task.state.municipality},
    ActName.SUPPLEMENT_REFERRAL: give_request,
    ActName.ACKNOWLEDGE_REFERRAL: lambda _: {},
    ActName.ACCEPT_CANCELLATION: lambda _: {},
    ActName.ANSWER_QUESTION: lambda task: {"question": task.subject, "text": "Det tar vi reda på"},
    ActName.OPEN_ANSWER: lambda task: {"question": task.subject},
    ActName.START_ASSESSMENT: lambda task: {"participants": task.team},
    ActName.RECORD_ASSESSMENT: give_assessment,
    ActName.EVALUATE_CRITERIA: give_facts,
    ActName.ESTABLISH_LEVEL: lambda _: {},
    ActName.GRANT_DEPARTURE: give_departure,
    ActName.ACCEPT_REFERRAL: lambda _: {},
    ActName.DECLINE_REFERRAL: lambda _: {"reason": "Vården kan ges på vårdcentralen"},
    ActName.CONFIRM_READINESS: lambda task: {"aspect": task.subject},
    ActName.ASSESS_RISKS: give_measures,
    ActName.RESOLVE_DISAGREEMENT: give_resolution,
    ActName.INITIATE_PLAN: lambda task: {"kind": task.subject} if task.subject in task.agreement.plans else {},
    ActName.HOLD_PLANNING: give_planning,
    ActName.AGREE_PLAN: lambda task: {
        "plan": task.item["plan"],
        "text": task.state.plans[UUID(task.item["plan"])].draft.digest,
    },
    ActName.FOLLOW_UP_PLAN: give_follow_up,
    ActName.COMMIT_TO_ENROLMENT: lambda _: {},
    ActName.RECORD_HOMECOMING: lambda _: {},
    ActName.ACKNOWLEDGE_STAY: lambda task: {"news": task.item["key"].removeprefix("acknowledge-")},
    ActName.COMPLETE_DISCHARGE: lambda _: {"where_to_turn": WHERE_TO_TURN},
    ActName.TRANSFER_INFORMATION: lambda _: {"means": "Per telefon"},
    ActName.RECORD_STATEMENT: give_statement,
}
"""The content of each act that meets an item of the small world."""


def kind_of(item: Json) -> str:
    """Return the kind of an item: its key without the subject, but with that of a duty or a statement."""
    kind: str = item["key"].partition(":")[0]
    return item["key"] if kind in {"duty", "statement"} else kind


def find_open(scene: Scene) -> dict[tuple[str, str, str], tuple[SweptCase, Json]]:
    """Return an item of each kind, county and party that is open and that nothing holds back."""
    found: dict[tuple[str, str, str], tuple[SweptCase, Json]] = {}
    for case in scene.cases():
        for principal in case.parties:
            for item in scene.worklist(case, principal):
                if not item["lacks"] and item["blocked_by"] is None:
                    found.setdefault((kind_of(item), case.county, item["party"]), (case, item))
    return found


def read_item(scene: Scene, case: SweptCase, item: Json) -> Json | None:
    """Return the item as it is on its principal's worklist now; None if it is there no more."""
    answer = scene.caller(item["principal"], case.county).get("/api/worklist").json()
    same = (each for each in answer if (each.get("case"), each["key"]) == (str(case.case_id), item["key"]))
    return next(same, None)


def try_acts(task: OpenTask, address: str, at: str) -> list[str]:
    """Do the first act of the item that somebody whom it waits for gets accepted. Return the refusals if none is."""
    refusals = []
    for act in task.item["acts"]:
        if act not in CONTENTS:
            continue
        content = CONTENTS[ActName(act)](task)
        for actor in task.find_actors(act):
            with Caller(task.scene.services, address, actor.person, unit=actor.unit) as caller:
                answer = caller.act(str(task.case.case_id), act, at=at, **content)
            if answer.status_code == 200:
                return []
            refusals.append(f"{act} by {actor.person}: {answer.text}")
    return refusals or [f"no content is known for {task.item['acts']}"]


def test_each_kind_of_open_item_is_met_by_an_act_that_it_names(world: GrownWorld, scene: Scene) -> None:
    faults: dict[str, object] = {}
    items = find_open(scene)
    at = (world.world.ends + timedelta(hours=1)).isoformat()
    for kind, (case, first) in items.items():
        item = read_item(scene, case, first)
        if item is None or item["acts"] != first["acts"]:
            continue  # an act on an item before it has met this one too, or led it on
        refusals = try_acts(OpenTask(scene, case, item), world.address, at)
        after = read_item(scene, case, item)
        if not refusals and after == item:
            refusals = try_acts(OpenTask(scene, case, item), world.address, at)
            after = read_item(scene, case, item)
        moved = after is None or (kind[0] in STEPS_ON_THE_WAY and after["acts"] != item["acts"])
        if refusals or not moved:
            faults[" ".join(kind)] = refusals[-1:] or "accepted, and the item is still there"

    assert faults == {}, "\n".join(f"{kind}: {fault}" for kind, fault in faults.items())
    assert len({kind for kind, _, _ in items}) > 15
