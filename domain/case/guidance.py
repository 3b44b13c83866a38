"""The ways on from a refusal: of the acts that it recommends, those that somebody can do now.

Each recommended act is asked of its own decision, with content that nobody has given yet. If the decision refuses
before it reads that content, nobody can do the act now, and the acts that this second refusal recommends are asked in
turn. So a recommendation holds for the case, the track, the agreement and the actors, and it never leads in a circle.
The service asks for them when it answers a refusal; a decision alone does not.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import EnumType
from functools import cache
from itertools import product
from typing import Any, NamedTuple, NoReturn, get_args
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.act import Act
from domain.agreements.criteria import list_criteria
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.permission import find_groups
from domain.case.rules.calendar import Calendar
from domain.case.rules.record_answers import answer_criteria
from domain.case.state.case import Case
from domain.kernel import Actor, Digest, HsaId, Party, Refusal, RefusalKind, Slug

NEW_NEED = "nothing leads there, because the case has ended; raise a new need if the person needs care again"
"""The remedy if a recommended act is not possible in a case that has ended."""


_NO_PART = "none"
"""The part of a case that an act is tried with if the case has no such part, so that its decision says so."""


class _ContentRead(Exception):
    """The sign that a decision has read content that nobody has given."""


class _NotGiven:
    """Content that nobody has given. It cannot be read."""

    def _stop(self, *_: object) -> NoReturn:
        raise _ContentRead

    __bool__ = __hash__ = __iter__ = __len__ = __str__ = __getattr__ = __eq__ = __ne__ = _stop
    __lt__ = __gt__ = __le__ = __ge__ = __getitem__ = __contains__ = __format__ = _stop


_NOT_GIVEN: Any = _NotGiven()
_PARTS: Mapping[tuple[str, Any], Callable[[Case, Act], Collection[Any]]] = {
    ("plan", UUID): lambda case, _: tuple(case.plans) or (case.id,),
    ("text", Digest): lambda case, _: {plan.draft.digest for plan in case.plans.values()},
    ("dispute", UUID): lambda case, _: tuple(dispute.id for dispute in case.disputes) or (case.id,),
    ("question", UUID): lambda case, _: tuple(question.id for question in case.questions) or (case.id,),
    ("corrects", UUID): lambda case, _: tuple(case.correctable) or (case.id,),
    ("intervention", Slug): lambda case, _: {**case.named, **case.planned} or (_NO_PART,),
    ("intervention", Slug | None): lambda case, _: case.named,
    ("performer", HsaId): lambda case, act: _list_performers(case, act),
    ("person", HsaId | None): lambda _, act: (act.actor.person,),
    ("criterion", Slug): lambda case, act: _list_criteria(case, act) or (_NO_PART,),
    ("unit", HsaId): lambda _, act: [unit.id for unit in act.directory.units_of(act.actor.principal)],
    ("kind", Slug): lambda _, act: (
        act.agreement.statements if act.agreement is not None and act.name is ActName.RECORD_STATEMENT else ()
    ),
    ("kind", Slug | None): lambda _, act: act.agreement.plans if act.agreement is not None else (),
}
"""The parts of a case or of its agreement that an act can name, by parameter. Without any, another id is tried."""


def _list_performers(case: Case, act: Act) -> Collection[HsaId]:
    """List those whom an act can name as performer: the actor, one of each kind of own staff, and those on record."""
    kinds = (each.person for each in act.directory.staff_by_kind.get(act.actor.principal, ()))
    tasks = case.enrolment.delegations if case.enrolment is not None else ()
    named = (each.person for each in case.statements if each.person is not None)
    return dict.fromkeys((act.actor.person, *kinds, *(each.performer for each in tasks), *named))


def _list_criteria(case: Case, act: Act) -> Collection[Slug]:
    """List the criteria that an act can name: of a departure, those that the text gives grounds to depart from."""
    criteria = list_criteria(act.agreement, case.referral.track) if act.agreement is not None else ()
    departs = act.name is ActName.GRANT_DEPARTURE
    return [each.id for each in criteria if not departs or (each.waiver is not None and each.waiver.by == "ground")]


class PossibleAct(NamedTuple):
    """An act that can be done now, and somebody who can do it."""

    act: ActName
    actor: Actor


def guide(refusal: Refusal, case: Case, act: Act, calendar: Calendar) -> None:
    """Let a refusal of an act on a case recommend the acts that lead on from it now, and tell somebody who can do them.

    If it recommends acts and none of them can be done or led to, its remedy says so, and why.
    """
    if not refusal.acts:
        return
    act = calendar.date_act(act, act.now)
    ways, obstacles = _find_ways(answer_criteria(act, case), act, refusal)
    if ways:
        refusal.recommend(
            [way.act for way in ways], [_describe(case, act, way) for way in ways if way.actor != act.actor]
        )
    elif case.is_ended:
        refusal.give_up(NEW_NEED)
    else:
        obstacle = min(obstacles, key=_weigh, default=refusal)
        refusal.give_up(f"nothing leads there: {obstacle.message}; {obstacle.remedy}")


def find_open_acts(case: Case, act: Act, names: Iterable[ActName], **given: Any) -> dict[ActName, Refusal | None]:
    """Find which of some acts the actor of an act can do now, as far as their decisions tell before they read content.

    An act that only lacks content is open, with the refusal that says what is missing. `given` is content that is known
    already, such as the question that an act is about.
    """
    known = answer_criteria(act, case)
    found: dict[ActName, Refusal | None] = {}
    for name in names:
        for refusal in _ask(known, _name(act, case, name), given):
            if refusal is None:
                found[name] = None
                break
            if refusal.kind is RefusalKind.MISSING:
                found.setdefault(name, refusal)
    return found


def may_say(case: Case, act: Act, said: Mapping[str, Any]) -> bool:
    """Return True if the act is open with some of its content, as far as its decision tells.

    Content that is not of the declared type, and that the act does not take, says nothing.
    """
    given = {}
    for name, hint in {name: hint for each in _parameters(act.name) for name, hint in each.items()}.items():
        if name in said:
            try:
                given[name] = _read_as(hint).validate_python(said[name])
            except ValidationError:
                continue
    return act.name in find_open_acts(case, act, [act.name], **given)


@cache
def _read_as(hint: Any) -> TypeAdapter[Any]:
    return TypeAdapter(hint)


def find_next_acts(case: Case, act: Act, names: Iterable[ActName], calendar: Calendar) -> dict[ActName, Refusal | None]:
    """Find which of some acts come next for the actor of an act: the open ones, and those that lack something.

    An act that lacks something is meant for the state of the case, and for the actor's party and role. It has the
    refusal that says what must be given or be on record first, and which acts lead there; also if the act itself can
    give what is not on record. A lack of something on record that no act gives is left out.
    """
    known = answer_criteria(act, case)
    found: dict[ActName, Refusal | None] = {}
    for name in names:
        attempt = _name(act, case, name)
        met = list(_ask(known, attempt))
        lack = next((refusal for refusal in met if refusal is not None and _is_lack(refusal, name)), None)
        if None in met and not (lack is not None and lack.lacks_record and _needs_more(known, attempt)):
            found[name] = None
        elif lack is not None and _is_for_this_state(known, attempt, lack):
            leads_on = bool(lack.acts)
            guide(lack, case, attempt, calendar)
            if bool(lack.acts) is leads_on:
                found[name] = lack
            elif None in met:
                found[name] = None
    return found


def _is_lack(refusal: Refusal, name: ActName) -> bool:
    """Return True if an act lacks content, or something on record that another act can give."""
    lacks_record = refusal.lacks_record and refusal.acts != () and name not in refusal.acts
    return refusal.kind is RefusalKind.MISSING or lacks_record


def _needs_more(case: Case, act: Act) -> bool:
    """Return True if an act is not open with the content alone that it must have."""
    required, _ = _parameters(act.name)
    least = [content for content in _list_contents(case, act, {}) if content.keys() == required.keys()]
    return None not in [_try(case, act, content) for content in least]


def _is_for_this_state(case: Case, act: Act, lack: Refusal) -> bool:
    """Return True if an act that lacks something is for the state of the case, also without the text's own demands."""
    if lack.kind is RefusalKind.MISSING or act.agreement is None:
        return True
    bare = act.agreement.model_copy(update={"preconditions": (), "guards": {}})
    met = _ask(case, act.model_copy(update={"agreement": bare}))
    return any(refusal is None or _is_lack(refusal, act.name) for refusal in met)


def _name(act: Act, case: Case, name: ActName) -> Act:
    """Return the attempt to do an act of this name on the case."""
    return act.model_copy(update={"name": name, "track": case.referral.track})


def _ask(case: Case, act: Act, given: Mapping[str, Any] | None = None) -> Iterator[Refusal | None]:
    """Ask the decision of an act with each content that it can have. Yield what it is met with; None if nothing."""
    return (_try(case, act, content) for content in _list_contents(case, act, given or {}))


def _find_ways(case: Case, act: Act, refusal: Refusal) -> tuple[list[PossibleAct], list[Refusal]]:
    """Return the ways on: acts that can be done now, or that lead to those that cannot. Return the obstacles as well.

    An act that nobody can do has an obstacle at least.
    """
    ways: dict[ActName, PossibleAct] = {}
    obstacles: list[Refusal] = []
    asked = _list_recommended(refusal)
    for name, kind in asked:
        actor, refusals = _find_actor(case, act, name, kind)
        if actor is not None:
            ways.setdefault(name, PossibleAct(name, actor))
        asked += [each for met in refusals for each in _list_recommended(met) if each not in asked]
        obstacles += refusals
    return list(ways.values()), obstacles


def _list_recommended(refusal: Refusal) -> list[tuple[ActName, str | None]]:
    """List the acts that a refusal recommends, with the kind of plan or statement that they must be about."""
    return [(ActName(name), kind) for name in refusal.acts for kind in refusal.kinds_needed or (None,)]


def _weigh(obstacle: Refusal) -> bool:
    """Return True for an obstacle that lies in the actor or the content. One in the case explains more."""
    return obstacle.kind not in (RefusalKind.CONFLICT, RefusalKind.RULE)


def _find_actor(case: Case, act: Act, name: ActName, kind: str | None) -> tuple[Actor | None, list[Refusal]]:
    """Return somebody who can do an act now. If nobody can, return the refusals that they meet.

    What hinders one member of a party's staff for the case's sake hinders them all, so nobody else of it is asked.
    """
    refusals: dict[tuple[str, str], Refusal] = {}
    hindered: set[Party] = set()
    attempt = _name(act, case, name)
    contents = list(_list_contents(case, attempt, {} if kind is None else {"kind": kind}))
    contents = [content for content in contents if _is_of_kind(case, content, kind)]
    for actor in (actor for actor in _list_actors(case, act) if actor.party not in hindered):
        met = [_try(case, attempt.model_copy(update={"actor": actor}), content) for content in contents]
        found = [refusal for refusal in met if refusal is not None]
        if len(found) < len(met):
            return actor, []
        refusals |= {(refusal.code, refusal.message): refusal for refusal in found}
        if not any(_lies_in(actor, refusal) for refusal in found):
            hindered.add(actor.party)
    return None, list(refusals.values())


def _is_of_kind(case: Case, content: Mapping[str, Any], kind: str | None) -> bool:
    """Return False if a content names a plan of the case of another kind than the one that is needed."""
    named = content.get("plan")
    plan = case.plans.get(named) if isinstance(named, UUID) else None
    return kind is None or plan is None or plan.kind == kind


def _lies_in(actor: Actor, refusal: Refusal) -> bool:
    """Return True if the reason of a refusal is its actor, and another of the same party may do the act."""
    return refusal.kind is RefusalKind.FORBIDDEN or actor.role in refusal.where


def _list_actors(case: Case, act: Act) -> Iterator[Actor]:
    """Yield the actor of the refused act, those who ordered a plan, and of each party's staff one of each kind.

    Those of the actor's own principal come first: an act for that principal is not done by the other's staff.
    """
    yield act.actor
    orderers = (act.directory.actor(plan.orderer, of=plan.orderer_principal) for plan in case.plans.values())
    others = [actor for actor in orderers if actor is not None]
    for principal in (case.municipality, case.region):
        others += act.directory.staff_by_kind.get(principal, ()) if principal is not None else ()
    yield from sorted(others, key=lambda actor: actor.principal != act.actor.principal)


def _try(case: Case, act: Act, content: Mapping[str, Any]) -> Refusal | None:
    """Return the refusal of an act before its decision reads content that nobody has given. None if there is none."""
    try:
        DECISIONS[act.name](case, act=act, **content)
    except Refusal as refusal:
        return refusal
    except (_ContentRead, ValidationError):
        return None
    return None


def _list_contents(case: Case, act: Act, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the contents to try: every part of the case that the act can name, and what it may leave out or give."""
    required, optional = _parameters(act.name)
    parts = {name: _list_values(case, act, name, hint) or (_NOT_GIVEN,) for name, hint in required.items()}
    parts |= {name: (value,) for name, value in given.items() if name in parts}
    choices: list[dict[str, Any]] = [{name: value for name, value in given.items() if name in optional}]
    known = {name: _list_values(case, act, name, hint) for name, hint in optional.items() if name not in given}
    choices += [choices[0] | {name: value} for name, values in known.items() for value in values]
    choices.append(choices[0] | {name: _NOT_GIVEN for name, values in known.items() if not values})
    for values in product(*parts.values()):
        yield from (dict(zip(parts, values, strict=True)) | choice for choice in choices)


def _list_values(case: Case, act: Act, name: str, hint: Any) -> Collection[Any]:
    """List the values that a parameter can have in this case. Empty if only the actor knows."""
    if (name, hint) in _PARTS:
        return _PARTS[name, hint](case, act)
    return next((tuple(each) for each in (hint, *get_args(hint)) if isinstance(each, EnumType)), ())


@cache
def _parameters(name: ActName) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the types of the parameters that an act requires, and of those that it may leave out."""
    signature = inspect.signature(DECISIONS[name])
    own = [parameter for parameter in signature.parameters.values() if parameter.name not in ("case", "act")]
    required = {each.name: each.annotation for each in own if each.default is inspect.Parameter.empty}
    return required, {each.name: each.annotation for each in own if each.name not in required}


def _describe(case: Case, act: Act, way: PossibleAct) -> str:
    """Say who can do an act: a role, with the office that the version asks for, a kind of unit, and a party."""
    actor, version = way.actor, act.agreement
    groups = find_groups(version, way.act, case.referral.track) if version is not None else ()
    needed = {office for group in groups if group.is_met_by(actor) for office in group.offices}
    offices = " and ".join(office for office in actor.offices if office in needed)
    role = f"{actor.role} ({offices})" if offices else actor.role
    return f"{way.act} can be done by a {role} of {actor.unit_kind} in the {actor.party}"
