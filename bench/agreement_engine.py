"""The time of the agreement engine for a full set of criteria and for the responsibility matrix, at three sizes."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from bench.results import Row
from domain.agreements.criteria import evaluate
from domain.agreements.expressions import FactValue, list_facts
from domain.agreements.matrix import Question, resolve
from domain.agreements.model import Agreement, Criterion, Fact, Track
from domain.versions.catalogue import Catalogue

MICRO = 1_000_000
TIMES = 200
GROWTH = (1, 4, 16)
SAMPLES: Mapping[str, FactValue] = {"bool": True, "int": 18, "string": "CFS"}


def measure_engine(catalogue: Catalogue, *, rounds: int) -> list[Row]:
    """Measure the microseconds of a call for the largest texts, against the same work in plain Python."""
    agreement, track = max(
        ((agreement, track) for agreement in catalogue.agreements for track in agreement.tracks),
        key=lambda pair: len(pair[1].criteria),
    )
    rows = [_measure_criteria(agreement, track, times, rounds) for times in GROWTH]
    widest = max(catalogue.agreements, key=lambda agreement: len(agreement.matrix))
    return [*rows, *(_measure_matrix(widest, times, rounds) for times in GROWTH)]


def _measure_criteria(agreement: Agreement, track: Track, times: int, rounds: int) -> Row:
    """Measure the track's criteria, multiplied by `times`."""
    criteria = tuple(
        criterion.model_copy(update={"id": f"{criterion.id}-{copy}"})
        for copy in range(times)
        for criterion in track.criteria
    )
    grown = agreement.model_copy(update={"tracks": (track.model_copy(update={"criteria": criteria}),)})
    facts = {criterion.id: _make_facts(criterion, agreement.facts) for criterion in criteria}
    duration, plain = _compare(
        lambda: evaluate(grown, track=track.id, facts=facts),
        lambda: [
            all(value == SAMPLES[read_type(agreement, name)] for name, value in values.items())
            for values in facts.values()
        ],
        rounds,
    )
    return Row(f"{len(criteria)} criteria", duration, "µs", against="plain Python", plain=plain, ratio=duration / plain)


def read_type(agreement: Agreement, fact: str) -> str:
    """Return the type that the agreement gives a fact."""
    return agreement.facts[fact].type


def _make_facts(criterion: Criterion, types: Mapping[str, Fact]) -> dict[str, FactValue]:
    return {name: SAMPLES[types[name].type] for name in list_facts(criterion.expression)}


def _measure_matrix(agreement: Agreement, times: int, rounds: int) -> Row:
    """Measure the matrix with its rows multiplied by `times`. The copies answer as the rows do."""
    rows = tuple(row.model_copy(update={"id": f"{row.id}-{copy}"}) for copy in range(times) for row in agreement.matrix)
    grown = agreement.model_copy(update={"matrix": rows})
    question = Question(level="primary", setting="ordinary", age=82, profession="nurse", enrolled=True)
    keys = [(row.levels, row.settings, row.professions) for row in rows]
    duration, plain = _compare(
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
    return Row(
        f"Matrix of {len(rows)} rows", duration, "µs", against="plain Python", plain=plain, ratio=duration / plain
    )


def _compare(ours: Callable[[], object], plain: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the microseconds of a call of each, as medians of interleaved rounds."""
    durations: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, call in enumerate((ours, plain)):
            start = perf_counter()
            for _ in range(TIMES):
                call()
            durations[place].append((perf_counter() - start) / TIMES * MICRO)
    return median(durations[0]), median(durations[1])
