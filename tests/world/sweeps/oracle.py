"""An oracle of its own: who is responsible by the rows of an agreement's matrix and the facts of a case.

It reads the agreement's data, and the folded case as JSON. It shares no code with the decisions, so that a fault in
how they collect facts, judge criteria or choose a row shows as a difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from re import findall
from typing import NamedTuple

from domain.agreements.expressions import holds, list_facts
from domain.agreements.model import Agreement, FactSource, MatrixRow
from domain.kernel import SWEDEN, Actor, Role
from domain.versions.catalogue import Catalogue
from tests.world.sweeps.scene import Json

ENDED = {"declined", "withdrawn", "discharged", "refused", "ended-by-death", "ended-by-move"}
"""The statuses of a request or an enrolment that end a case."""

_UNNAMED = ("physician", "nurse", "occupational-therapist", "physiotherapist", "coordinator")
"""The roles that do what a text gives to nobody by name (SYS-7)."""


UNINFORMED = "municipality-that-does-not-know"
"""The holder of what the rows give to a municipality in a case that nobody has sent it. It has no principal by name."""


class Holders(NamedTuple):
    """The principals that treat and perform, if a guardian answers instead, and the clauses that say so."""

    treatment: str | None
    performer: str | None
    guardian: bool = False
    clauses: tuple[str, ...] = ()
    is_law: bool = False
    """True if a rule of every county says so, because the county's own rows name nobody."""
    employer: str | None = None
    """The employer that the rows name. If they name none, whoever performs employs its own staff."""

    @property
    def names(self) -> tuple[str | None, str | None, bool]:
        """The holders without their ground."""
        return (self.treatment, self.performer, self.guardian)


def find_day(moment: str) -> date:
    """Return the Swedish legal day of a moment as JSON, or the day itself."""
    return swedish_day(datetime.fromisoformat(moment)) if "T" in moment else date.fromisoformat(moment)


def swedish_day(at: datetime) -> date:
    """Return the Swedish day of a moment."""
    return at.astimezone(SWEDEN).date()


def midnight(day: date) -> datetime:
    """Return the moment at which a Swedish day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SWEDEN)


def years_between(born: date, day: date) -> int:
    """Count whole years. Someone born on the last day of February in a leap year turns a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class Record:
    """A case on record at a moment: its replay, its events, its person's day of birth, and the published versions."""

    case: Json
    entries: Sequence[Json]
    responsible: Sequence[Json]
    """The answers on record about the moment."""
    born: date | None
    catalogue: Catalogue
    at: datetime

    @property
    def day(self) -> date:
        """The Swedish day of the moment."""
        return swedish_day(self.at)

    @property
    def age(self) -> int | None:
        """The person's age in whole years. None if it is not known."""
        return None if self.born is None else years_between(self.born, self.day)

    @property
    def is_ended(self) -> bool:
        """True if the request was declined or withdrawn, or the enrolment has ended."""
        enrolment, status = self.case["enrolment"], self.case["referral"]["status"]
        if enrolment is None:
            return status in ENDED | {"closed"}
        return status in ENDED or enrolment["status"] in ENDED

    @property
    def is_known_to_municipality(self) -> bool:
        """True if the municipality has the request, or wrote it, so that it can read the case."""
        referral = self.case["referral"]
        return self.case["municipality"] is not None and (
            referral["sent_at"] is not None or referral["author_principal"] == self.case["municipality"]
        )

    @property
    def is_enrolled(self) -> bool:
        """True while an enrolment runs."""
        enrolment = self.case["enrolment"]
        return enrolment is not None and enrolment["started_at"] is not None and enrolment["status"] not in ENDED

    def periods(self) -> Iterator[tuple[Agreement, date, date | None]]:
        """Yield the periods in which a version binds the case's municipality, or any if the case has none."""
        valid = {each.agreement: each for each in self.catalogue.validities}
        for agreement in self.catalogue.agreements:
            if agreement.county != self.case["county"]:
                continue
            validity = valid.get(agreement.ref)
            if validity is None:
                yield agreement, agreement.valid_from, agreement.valid_to
                continue
            for bound, period in validity.periods.items():
                if self.case["municipality"] in (None, bound):
                    yield agreement, period.first, period.last

    @property
    def agreement(self) -> Agreement | None:
        """The version in force: of those that bind on the day, the one that began last."""
        found: tuple[date, Agreement] | None = None
        for agreement, first, last in self.periods():
            holds = first <= self.day and (last is None or self.day <= last)
            if holds and (found is None or first > found[0]):
                found = (first, agreement)
        return found[1] if found else None

    @property
    def granted(self) -> set[str]:
        """The conditions that a local agreement of the municipality grants."""
        agreement = self.agreement
        return {
            str(grant)
            for validity in self.catalogue.validities
            if agreement is not None and validity.agreement == agreement.ref
            for local in validity.local
            if local.municipality == self.case["municipality"]
            and local.valid_from <= self.day
            and (local.valid_to is None or self.day <= local.valid_to)
            for grant in local.grants
        }

    @property
    def circumstances(self) -> set[str]:
        """The circumstances that hold: the latest word about each, in the order in which they occurred."""
        told = [each for each in self.entries if each["topic"].startswith("case.circumstance-recorded.v")]
        told.sort(key=lambda each: datetime.fromisoformat(each["occurred_at"]))
        latest = {each["content"]["circumstance"]: each["content"]["holds"] for each in told}
        return {name for name, holds in latest.items() if holds}

    def contents(self, topic: str) -> list[Json]:
        """List what the events of a topic say."""
        return [entry["content"] for entry in self.entries if entry["topic"].startswith(f"{topic}.v")]

    @property
    def conditions(self) -> set[str]:
        """Everything that a row can ask for as a condition."""
        referral = self.case["referral"]
        found = self.circumstances | self.granted | {f"on-track-{referral['track']}"}
        found |= {f"plan-in-force-{plan['kind']}" for plan in self.plans}
        aside = {*referral["exceptions_agreed"], *(each["criterion"] for each in referral["departures"])}
        aside |= {each["criterion"] for each in referral["verdicts"] if each["weighed"]}
        if self.verdicts and all(met or criterion in aside for criterion, met in self.verdicts.items()):
            found.add("criteria-met")
        unmet = {criterion for criterion, met in self.verdicts.items() if not met} - aside
        found |= {f"criterion-unmet-{criterion}" for criterion in unmet} | self._circumstances_of_evaluations(aside)
        therapists = {"occupational-therapist", "physiotherapist"}
        lines = [line for plan in self.plans for line in plan["agreed"]["interventions"]]
        for line in (line for line in lines if line["performer"] != "region" and line["profession"] != "physician"):
            rehabilitative = line["kind"] == "rehabilitative" or line["profession"] in therapists
            found.add("rehabilitation-planned" if rehabilitative else "nursing-planned")
        return found

    @property
    def verdicts(self) -> dict[str, bool]:
        """Tell for each evaluated criterion if it is met for both, by their words and the record's facts."""
        agreement, track = self.agreement, self.case["referral"]["track"]
        tracks = agreement.tracks if agreement is not None else ()
        expressions = {each.id: each.expression for found in tracks if found.id == track for each in found.criteria}
        met: dict[str, bool] = {}
        for own in self.case["referral"]["evaluations"].values():
            for criterion, verdict in own.items():
                expression = expressions.get(criterion)
                facts = verdict["facts"] | (self._facts_of(agreement, expression) if agreement and expression else {})
                holding = verdict["met"] if expression is None else holds(expression, facts)
                met[criterion] = holding and met.get(criterion, True)
        return met

    def _circumstances_of_evaluations(self, aside: set[str]) -> set[str]:
        """List the circumstances that follow from a no to a fact of a criterion that is not set aside."""
        facts = self.agreement.facts if self.agreement is not None else {}
        return {
            circumstance
            for own in self.case["referral"]["evaluations"].values()
            for criterion, verdict in own.items()
            for name, value in verdict["facts"].items()
            if criterion not in aside and value is False and name in facts and facts[name].source is None
            if (circumstance := facts[name].no_means) is not None
        }

    def _facts_of(self, agreement: Agreement, expression: str) -> dict[str, bool | int | str]:
        """Find the facts of a criterion that the record has."""
        sources = {name: agreement.facts[name].source for name in list_facts(expression)}
        found = {name: self._read_source(agreement, source) for name, source in sources.items() if source is not None}
        return {name: value for name, value in found.items() if value is not None}

    def _read_source(self, agreement: Agreement, source: FactSource) -> bool | int | str | None:
        told = [each for each in self.case["statements"] if each["kind"] == source.name]
        match source.of:
            case "age":
                return self.age
            case "setting":
                return self._find_setting(agreement)
            case "plan":
                return any(plan["kind"] == source.name for plan in self.plans)
            case "circumstance":
                return source.name in self.circumstances | self.granted
            case "statement":
                return bool(told) and (source.field is None or told[-1]["fields"].get(source.field, False))

    @property
    def plans(self) -> list[Json]:
        """The plans in force, in the order in which they were established."""
        return [plan for plan in self._established if plan["ended_at"] is None]

    @property
    def _established(self) -> list[Json]:
        plans = [plan for plan in self.case["plans"].values() if plan["established_at"] is not None]
        return sorted(plans, key=lambda plan: datetime.fromisoformat(plan["established_at"]))

    def planned(self, key: str) -> Json | None:
        """Find an intervention in the newest plan in force, or else in the newest plan that has ended."""
        ended = [plan for plan in self._established if plan["ended_at"] is not None]
        for plan in reversed([*ended, *self.plans]):
            for line in plan["agreed"]["interventions"]:
                if line["key"] == key:
                    return dict(line)
        return None

    def answer(self, key: str, *, enrolled: bool | None = None) -> Holders:
        """Ask the matrix who is responsible for an intervention: for the person as enrolled or not, as is on record."""
        region = str(self.case["region"])
        agreement = self.agreement
        if agreement is None:
            return Holders(region, region, clauses=("SKR-3-8",))
        enrolled = self.is_enrolled if enrolled is None else enrolled
        age = -1 if self.age is None else self.age
        possible = self._list_possible(agreement, key)
        rows = [row for row in possible if self._fits(row, agreement, key, enrolled, age)]
        own = _find_heaviest([row for row in rows if not row.always])
        by_law = any(row.always and row.interventions for row in rows) and not any(row.interventions for row in own)
        if own and not by_law and _decide(own):
            return self._read(own)
        always = [row for row in rows if row.always]
        law = always if self._find_category(key) != "self-care" else []
        if own and self._find_level(key) is None and not any(row.levels for row in own):
            law = [row for row in law if not row.levels]
        if law:
            return self._read(_find_heaviest(law))._replace(is_law=True)
        lowest, highest = agreement.scope.min_age or 0, agreement.scope.max_age or 120
        if own or self.age is None or lowest <= self.age <= highest:
            return self._read(own)
        at_home = [row for row in possible if not row.always]
        covered = any(
            (row.treatment or row.performer or row.shared) and self._fits(row, agreement, key, each, year)
            for row in at_home
            for each in (enrolled, True)
            for year in range(lowest, highest + 1)
        )
        return Holders(region, region) if covered else self._read(())

    def _list_possible(self, agreement: Agreement, key: str) -> Sequence[MatrixRow]:
        """List the rows that can be about an intervention: none to the municipality for what can never be its."""
        named = self.case["named"][key]
        is_never = any(
            named["profession"] in each.professions or named["category"] in each.interventions
            for each in agreement.never_municipal
        )
        return [
            row
            for row in agreement.matrix
            if not is_never or "municipality" not in (row.treatment, row.performer, row.employer)
        ]

    def _read(self, rows: Sequence[MatrixRow]) -> Holders:
        """Read whom the heaviest rows name: nobody if they differ, or if there is none."""
        clauses = tuple(clause for row in rows for clause in row.clauses)
        if not rows or _differ(rows):
            return Holders(None, None, clauses=clauses)
        return Holders(
            self._principal(rows[0].treatment),
            self._principal(rows[0].performer),
            "guardian" in (rows[0].treatment, rows[0].performer),
            clauses,
            employer=self._principal(rows[0].employer),
        )

    def _find_category(self, key: str) -> str | None:
        """Return the category of an intervention. One that is not assessed as self-care is not so by its name."""
        category: str | None = self.case["named"][key]["category"]
        care = self.case["self_care"].get(key)
        is_self_care = bool(care and care["is_self_care"])
        return category if category != "self-care" or is_self_care else None

    def _find_level(self, key: str) -> str | None:
        """Return the level at which an intervention is performed. None if it is not on record."""
        ordering = self.case["named"][key]["ordering"]
        level: str | None = (ordering and ordering["performing_level"]) or self.case["referral"]["level"]
        return level

    def _principal(self, holder: str | None) -> str | None:
        if holder == "municipality":
            return str(self.case["municipality"]) if self.is_known_to_municipality else UNINFORMED
        return str(self.case["region"]) if holder == "region" else None

    def _fits(self, row: MatrixRow, agreement: Agreement, key: str, enrolled: bool, age: int) -> bool:
        """Return True if a row is about an intervention of somebody of an age; -1 if it is not known."""
        named, planned = self.case["named"][key], self.planned(key)
        level = self._find_level(key) or "primary"
        setting = self._find_setting(agreement)
        single = enrolled and planned is not None and planned["scope"] == "single"
        return all(
            (
                not row.levels or level in row.levels,
                not row.settings or setting in row.settings,
                row.min_age is None or 0 <= age >= row.min_age,
                row.max_age is None or 0 <= age <= row.max_age,
                not row.professions or named["profession"] in row.professions,
                not row.interventions or self._find_category(key) in row.interventions,
                row.enrolled in (None, enrolled),
                row.single_intervention in (None, single),
                set(row.conditions) <= self.conditions,
            )
        )

    def _find_setting(self, agreement: Agreement) -> str:
        """Return the form of housing on record, or else the first that the version covers."""
        moved = self.case["moved_to"] if self.case["moved_to"] in agreement.vocabulary.settings else None
        return str(moved or self.case["referral"]["setting"] or agreement.scope.settings[0])

    def _local_periods(self) -> Iterator[tuple[date, date | None]]:
        """Yield the periods of the municipality's local agreements."""
        for validity in self.catalogue.validities:
            for local in validity.local:
                if local.municipality == self.case["municipality"]:
                    yield local.valid_from, local.valid_to

    def turns(self, last: datetime) -> list[datetime]:
        """List the midnights at which time alone changes a fact of a row, after the case began and until a moment."""
        days: set[date] = set()
        for begins, ends in self._local_periods():
            days |= {begins} | ({ends + timedelta(days=1)} if ends is not None else set())
        for agreement, begins, ends in self.periods():
            days |= {begins} | ({ends + timedelta(days=1)} if ends is not None else set())
            bounds = [(row.min_age, row.max_age) for row in agreement.matrix]
            bounds.append((agreement.scope.min_age, agreement.scope.max_age))
            for lowest, highest in bounds:
                ages = [age for age in (lowest, highest and highest + 1) if age is not None]
                days |= {_find_birthday(self.born, age) for age in ages if self.born is not None}
            days |= {_find_birthday(self.born, age) for age in _list_ages(agreement) if self.born is not None}
        began = datetime.fromisoformat(self.entries[0]["recorded_at"])
        days |= {day for plan in self._established if (day := self.day_after(plan)) is not None}
        return sorted(moment for moment in map(midnight, days) if began < moment < last)

    def day_after(self, plan: Json) -> date | None:
        """Return the day after the last one that a plan covers by the version in force. None if it has no last day."""
        return find_day_after(self.agreement, plan)


def find_first_day(agreement: Agreement | None, plan: Json) -> date:
    """Return the day from which the days of an established plan count by the agreement's text."""
    rule = agreement.plans.get(plan["kind"]) if agreement is not None else None
    if rule is not None and rule.lapses_from is not None:
        part, _, field = rule.lapses_from.partition(".")
        (first,) = (each["fields"][field] for each in plan["agreed"]["sections"] if each["part"] == part)
        return date.fromisoformat(first)
    return swedish_day(datetime.fromisoformat(plan["established_at"]))


def find_day_after(agreement: Agreement | None, plan: Json) -> date | None:
    """Return the day after the last one that a plan covers by the agreement's text. None if it has no last day."""
    rule = agreement.plans.get(plan["kind"]) if agreement is not None else None
    if agreement is None or rule is None or rule.lapses is None:
        return None
    (duration,) = (each.duration for each in agreement.deadlines if each.id == rule.lapses)
    return find_first_day(agreement, plan) + timedelta(days=int(str(duration).strip("PD")) + 1)


def may_do(agreement: Agreement, act: str, track: str, actor: Actor) -> bool:
    """Return True if the text gives an act on a track to the actor; or to nobody, and the actor may do such acts."""
    rule = next((rule for name, rule in agreement.acts.items() if name == act), None)
    if rule is None:
        return actor.role in _UNNAMED
    return any(
        actor.party == group.party
        and (not group.tracks or track in group.tracks)
        and (not group.unit_kinds or actor.unit_kind in group.unit_kinds)
        and (actor.role in group.roles if group.roles else actor.role not in (Role.AUDITOR, Role.OFFICIAL))
        for group in rule.on.get(track, rule).by
    )


def _list_ages(agreement: Agreement) -> set[int]:
    """List the ages that a criterion compares with, and the next ones."""
    named = [name for name, fact in agreement.facts.items() if fact.source is not None and fact.source.of == "age"]
    texts = [each.expression for track in agreement.tracks for each in track.criteria]
    found = {int(age) for text in texts if any(name in text for name in named) for age in findall(r"\d+", text)}
    return found | {age + 1 for age in found}


def _find_birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _find_heaviest(rows: Sequence[MatrixRow]) -> list[MatrixRow]:
    heaviest = max(map(_weigh, rows), default=None)
    return [row for row in rows if _weigh(row) == heaviest]


def _differ(rows: Sequence[MatrixRow]) -> bool:
    return len({(row.treatment, row.performer, row.employer, row.shared, row.key) for row in rows}) > 1


def _decide(rows: Sequence[MatrixRow]) -> bool:
    """Return True if rows name somebody, or contradict each other."""
    return _differ(rows) or any(row.treatment or row.performer or row.shared for row in rows)


def _weigh(row: MatrixRow) -> tuple[bool, bool, int]:
    """Weigh a row: one about the intervention is heaviest, then one that overrides, and else each field counts."""
    stated = [row.levels, row.settings, row.professions, row.interventions]
    bounds = [row.min_age, row.max_age, row.enrolled, row.single_intervention]
    fields = [each for each in stated if each] + [each for each in bounds if each is not None]
    return bool(row.interventions), row.overrides, len(fields) + len(row.conditions)
