"""The acts that a person can do from a page: a form on the page becomes an act, as on the other faces."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from domain.act import Command
from domain.agreements.model import ActName
from domain.kernel import Actor, Refusal
from domain.ledgers.versions.refusals import DocumentFaulty
from domain.versions.document import MediaType
from projections.case import FoldedCase
from service.acts.attempts import ActRequest
from service.acts.cases import CASE, CaseChange, answer
from service.agreements.versions import perform as perform_change
from service.agreements.versions import prepare_change
from service.bootstrap import Services
from service.reads.catalogue import Version
from service.web import swedish
from service.web.act_form import Place, Subject, show_fields
from service.web.act_forms import FORMS
from service.web.page_values import PageForm

ON_OWN_PAGES = (ActName.SUPPLEMENT_REFERRAL,)
"""The acts on a case whose form stands on a page of its own."""


class OpenActs(NamedTuple):
    """The acts on a case that its page offers the reader."""

    forms: Sequence[PageForm] = ()
    """In the order of the table of forms."""
    on_own_pages: Sequence[ActName] = ()
    """The acts whose form stands on a page of its own."""

    @property
    def of_questions(self) -> dict[str, list[PageForm]]:
        """The forms about each question, by its id."""
        found: dict[str, list[PageForm]] = {}
        for form in self.forms:
            if "question" in form.hidden:
                found.setdefault(form.hidden["question"], []).append(form)
        return found

    @property
    def of_case(self) -> list[PageForm]:
        """The forms that stand together: those that neither are about a question nor ask one."""
        return [form for form in self.forms if "question" not in form.hidden and form.act is not ActName.ASK_QUESTION]

    @property
    def to_ask(self) -> PageForm | None:
        """The form that asks a question."""
        return next((form for form in self.forms if form.act is ActName.ASK_QUESTION), None)


def list_open_acts(services: Services, actor: Actor, state: FoldedCase, waiting: Collection[ActName]) -> OpenActs:
    """List the acts on a case that are open to the actor now.

    `waiting` are the acts that meet what waits for the actor's party.
    """
    found = services.case_acts.find_open_to(actor, state, (*FORMS, *ON_OWN_PAGES))
    place = open_place(services, actor, state)
    forms = [form for act in found if act in FORMS for form in _list_of_act(place.name(act), act in waiting)]
    return OpenActs(forms, [act for act in found if act in ON_OWN_PAGES])


def open_place(services: Services, actor: Actor, state: FoldedCase) -> Place:
    """Return a case as it stands, for an act of the actor that is still to be named."""
    return Place(services, state, services.case_acts.make_attempt(actor, ActName.ASK_QUESTION, state))


def _list_of_act(place: Place, waits: bool) -> Iterator[PageForm]:
    """Yield the form of an act that is open, or one for each part of the case for which it is."""
    about = FORMS[place.act].about
    subjects = list(about.list(place)) if about is not None else [Subject({})]
    asked: dict[tuple[UUID, ...], bool] = {}
    for subject in subjects:
        named = tuple(subject.given.values())
        if named not in asked:
            asked[named] = not named or place.is_open(**subject.given)
        form = show_form(place, subject, make_key(), waits=waits and subject.waits) if asked[named] else None
        if form is not None:
            yield form


def show_form(
    place: Place, subject: Subject, key: str, sent: FormData | None = None, *, waits: bool = True
) -> PageForm | None:
    """Show a form of an act, empty or as it was sent. None if there is nothing to choose in a field that it needs."""
    form = FORMS[place.act]
    place = place.give(subject)
    fields = show_fields(form, place, sent)
    if fields is None:
        return None
    return PageForm(
        act=place.act,
        key=key,
        heading=": ".join(filter(None, (swedish.ACTS[place.act], subject.name))),
        button=form.button,
        fields=fields,
        hidden=subject.hidden,
        shown=form.shows(place) if form.shows is not None else (),
        waits=waits,
    )


def list_version_forms(services: Services, actor: Actor, version: Version) -> dict[ActName, str]:
    """List the acts on a version that its page offers the actor now, each with the key of its form."""
    document = Command(ActName.ATTACH_DOCUMENT, {"media_type": MediaType.TEXT, "content": b""})
    forms = {}
    if isinstance(_find_obstacle(services, actor, version, document), DocumentFaulty):
        forms[document.name] = make_key()
    if _find_obstacle(services, actor, version, Command(ActName.WITHDRAW_VERSION, {})) is None:
        forms[ActName.WITHDRAW_VERSION] = make_key()
    return forms


def _find_obstacle(services: Services, actor: Actor, version: Version, command: Command) -> Refusal | None:
    change = prepare_change(version, command, None, if_version=None)
    return services.ledger_acts.find_obstacle(actor, change, version.record)


def make_key() -> str:
    """Make the key of a form."""
    return str(uuid4())


def perform(
    services: Services, actor: Actor, case_id: UUID | None, command: Command, key: str, *, version: int | None = None
) -> bytes:
    """Perform an act from a form, on a version of the case if one is given, and return its answer.

    Raises what CaseActs.perform raises.
    """
    content = f"{command.name} {case_id} {sorted(command.content.items())}".encode()
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    if_match = ((CASE, str(case_id)), version) if version is not None else None
    change = CaseChange(commands=[command], on=case_id, if_match=if_match, answer=answer)
    return services.case_acts.perform(request, lambda: change)


def perform_on_version(services: Services, actor: Actor, version: Version, command: Command, key: str) -> None:
    """Perform an act on an agreement version from a form. Raises what LedgerActs.perform raises."""
    said = (value if isinstance(value, bytes) else str(value).encode() for _, value in sorted(command.content.items()))
    content = b"\0".join([command.name.encode(), version.record.id.bytes, *said])
    request = ActRequest(actor=actor, content=content, idempotency_key=key)
    change = prepare_change(version, command, None, if_version=None)
    perform_change(services.ledger_acts, version, request, change)
