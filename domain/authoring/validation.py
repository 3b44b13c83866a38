"""The check of an agreement's text: TOML, the shape of each entry, and then the text as a whole."""

from collections.abc import Iterable
from itertools import islice

from pydantic import ValidationError

from domain.agreements.model import Agreement
from domain.agreements.subordinate import Subordinate
from domain.authoring.background import complete, load_national
from domain.authoring.faults import TextFault
from domain.authoring.subordinates import find_doubts_of, find_faults_of
from domain.authoring.toml_text import MOST_FAULTS, TomlText, describe_shape_fault, parse
from domain.kernel import list_personal_number_lines


def check(text: bytes, *, beside: Iterable[bytes] = ()) -> tuple[TextFault, ...]:
    """Return the faults of the text, in the order of its lines. If there are none, it can be published."""
    outcome = read(text, beside=beside)
    return () if isinstance(outcome, Agreement) else outcome


def read_as_written(text: bytes) -> Agreement:
    """Return the agreement of a sound text without the rules of every county. Raise ValueError for any other text."""
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        raise ValueError(str(parsed))
    return _model_of(parsed).model_validate_json(parsed.as_json, strict=True)


def _model_of(parsed: TomlText) -> type[Agreement]:
    return Subordinate if "under" in parsed.data else Agreement


def read(text: bytes, *, accepted: bool = False, beside: Iterable[bytes] = ()) -> Agreement | tuple[TextFault, ...]:
    """Return the agreement of a sound text, completed with the rules of every county; or the faults of the text.

    A subordinate agreement is read as it is written, since the main agreement has those rules. It is checked together
    with the sound texts that stand `beside` it: its main agreement, and other subordinate agreements. A text that has
    been accepted is read by the shape of its entries alone. A check between entries that has been added since concerns
    new texts, as does a field that has been dropped since; what was in force stays so.
    """
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        return (parsed,)
    numbers = () if accepted else list_personal_number_lines(text.decode())[:MOST_FAULTS]
    if numbers:
        return tuple(map(_make_number_fault, numbers))
    others = _read_beside(parsed, beside) if not accepted else ()
    try:
        model_of = _model_of(parsed)
        agreement = model_of.model_validate_json(parsed.as_json, strict=True, extra="ignore" if accepted else None)
        found = () if accepted else find_faults_of(agreement, parsed.data, others, load_national())
        faults = list(islice(found, MOST_FAULTS))
        if not faults:
            return agreement if isinstance(agreement, Subordinate) else complete(agreement, load_national())
    except ValidationError as invalid:
        errors = islice(invalid.errors(include_url=False, include_context=True), MOST_FAULTS)
        faults = [describe_shape_fault(error, _model_of(parsed)) for error in errors]
    return parsed.locate(faults)


def _make_number_fault(line: int) -> TextFault:
    return TextFault(
        line=line,
        path="",
        what="has a personal identity number",
        remedy="leave it out",
        swedish="Här står ett personnummer. Skriv texten utan det.",
    )


def _read_beside(parsed: TomlText, texts: Iterable[bytes]) -> tuple[Agreement, ...]:
    """Return the well-formed texts of the same county that a subordinate agreement is checked with. None for others."""
    if _model_of(parsed) is not Subordinate:
        return ()
    others = (other for text in texts if isinstance(other := parse(text), TomlText))
    own = (_read_well_formed(other) for other in others if other.data.get("county") == parsed.data.get("county"))
    return tuple(agreement for agreement in own if agreement is not None)


def _read_well_formed(parsed: TomlText) -> Agreement | None:
    """Return the agreement of a well-formed text. None for one whose entries do not have the shape."""
    try:
        return _model_of(parsed).model_validate_json(parsed.as_json, strict=True, extra="ignore")
    except ValidationError:
        return None


def warn(text: bytes, *, beside: Iterable[bytes] = ()) -> tuple[TextFault, ...]:
    """Return what in a sound text probably says something else than its author means, in the order of its lines.

    A subordinate agreement is read together with the sound texts that stand `beside` it.
    """
    parsed = parse(text)
    if isinstance(parsed, TextFault):
        return ()
    agreement = _model_of(parsed).model_validate_json(parsed.as_json, strict=True)
    return parsed.locate(find_doubts_of(agreement, _read_beside(parsed, beside)))
