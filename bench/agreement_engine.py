"""How long the agreement engine takes: a full set of criteria and the responsibility matrix, and how they grow."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from bench.results import Row
from domain.agreements.criteria import evaluate
from domain.agreements.expressions import FactValue, facts_of
from domain.agreements.matrix import Question, resolve
from domain.agreements.model import Agreement, Criterion, Fact, Track
from domain.versions.catalogue import Catalogue

MICRO = 1_000_000
TIMES = 200
GROWTH = (1, 4, 16)
SAMPLES: Mapping[str, FactValue] = {"bool": True, "int": 18, "string": "CFS"}


def engine(catalogue: Catalogue, *, rounds: int) -> list[Row]:
    """Microseconds a call, against the same work written out in Python, for the largest texts there are."""
    agreement, track = max(
        ((one, track) for one in catalogue.agreements for track in one.tracks), key=lambda each: len(each[1].criteria)
    )
    rows = [_criteria(agreement, track, times, rounds) for times in GROWTH]
    widest = max(catalogue.agreements, key=lambda one: len(one.matrix))
    return [*rows, *(_matrix(widest, times, rounds) for times in GROWTH)]


def _criteria(agreement: Agreement, track: Track, times: int, rounds: int) -> Row:
    """The track's criteria, and as many times as many."""
    criteria = tuple(
        one.model_copy(update={"id": f"{one.id}-{copy}"}) for copy in range(times) for one in track.criteria
    )
    grown = agreement.model_copy(update={"tracks": (track.model_copy(update={"criteria": criteria}),)})
    facts = {one.id: _facts(one, agreement.facts) for one in criteria}
    taken, plain = _compared(
        lambda: evaluate(grown, track=track.id, facts=facts),
        lambda: [
            all(value == SAMPLES[type_of(agreement, name)] for name, value in each.items()) for each in facts.values()
        ],
        rounds,
    )
    return Row(f"{len(criteria)} criteria", taken, "µs", against="plain Python", plain=plain, ratio=taken / plain)


def type_of(agreement: Agreement, fact: str) -> str:
    """The declared type of a fact."""
    return agreement.facts[fact].type


def _facts(criterion: Criterion, declared: Mapping[str, Fact]) -> dict[str, FactValue]:
    return {name: SAMPLES[declared[name].type] for name in facts_of(criterion.expression)}


def _matrix(agreement: Agreement, times: int, rounds: int) -> Row:
    """The matrix, and as many times as many rows, none of which answers another thing."""
    rows = tuple(row.model_copy(update={"id": f"{row.id}-{copy}"}) for copy in range(times) for row in agreement.matrix)
    grown = agreement.model_copy(update={"matrix": rows})
    question = Question(level="primary", setting="ordinary", age=82, profession="nurse", enrolled=True)
    keys = [(row.levels, row.settings, row.professions) for row in rows]
    taken, plain = _compared(
        lambda: resolve(grown, question),
        lambda: [
            key
            for key in keys
            if (not key[0] or question.level in key[0])
            and (not key[1] or question.setting in key[1])
            and (not key[2] or question.profession in key[2])
        ],
        rounds,
    )
    return Row(f"Matrix of {len(rows)} rows", taken, "µs", against="plain Python", plain=plain, ratio=taken / plain)


def _compared(ours: Callable[[], object], plain: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Microseconds a call of each, the medians of interleaved rounds."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, call in enumerate((ours, plain)):
            begun = perf_counter()
            for _ in range(TIMES):
                call()
            found[place].append((perf_counter() - begun) / TIMES * MICRO)
    return median(found[0]), median(found[1])
