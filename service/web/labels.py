"""The Swedish labels of the pages on agreements and settlements, and of lists: one for every code there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.agreements.model import ActorGroup
from domain.kernel import RESPONSIBLE_NURSE, SIGNATORY, Refusal, RefusalKind
from domain.money import Figure
from domain.refusals import ActorNotAllowed, ContentMissing, ContentOfOtherType, OccurredTooEarly
from service.web import swedish

VERSION_STATUSES: Mapping[str, str] = {
    "draft": "Utkast",
    "published": "Utgiven",
    "ended": "Har upphört",
    "withdrawn": "Tillbakadragen",
}

MEDIA_TYPES: Mapping[str, str] = {"text/plain": "Dokumentet som text", "application/pdf": "Dokumentet som PDF"}

WAYS: Mapping[str, str] = {
    "transfer": "Överlåtelse: kommunen blir huvudman och utförare",
    "cooperation": "Samarbete: var och en gör sitt",
    "primary-agreement": "Avtal på primärvårdsnivå: kommunen utför",
    "specialised-agreement": "Avtal på specialiserad nivå: kommunen utför, regionen är huvudman",
}
WARNINGS: Mapping[str, str] = {
    "ordinary-organisation": "kräver en särskild organisation",
    "ordinary-resources": "kräver särskilda resurser",
    "general-interest": "är inte av allmänt intresse för kommunens medlemmar",
}
UNIT_KINDS: Mapping[str, str] = {
    "primary-care": "primärvården",
    "specialised-care": "den specialiserade vården",
    "inpatient-care": "slutenvården",
    "municipal-care": "hemsjukvården",
    "dental-care": "tandvården",
    "social-services": "socialtjänsten",
}
STEPS: Mapping[str, str] = {
    "sent": "vårdbegäran skickas",
    "acknowledged": "den kvitteras",
    "in-contact": "kontakt tas",
    "assessing": "parterna utreder tillsammans",
    "level-established": "vårdnivån fastställs",
}
HOLDERS: Mapping[str, str] = {"region": "Regionen", "municipality": "Kommunen", "guardian": "Vårdnadshavaren"}
KEYS: Mapping[str, str] = {
    "residence": "där den enskilde är bosatt",
    "stay": "där den enskilde vistas",
    "listing": "där den enskilde är listad",
}
SUBJECTS: Mapping[str, str] = {
    "referral": "vårdbegäran",
    "enrolment": "inskrivning i hemsjukvården",
    "level": "vårdnivå",
    "plan": "planens innehåll",
    "discharge": "utskrivning från hemsjukvården",
    "invoice": "faktura",
}
DUTIES: Mapping[str, str] = {
    "issue-invoice": "Fakturera månaden",
    "receive-invoice": "Bekräfta att fakturan har kommit",
    "answer-invoice": "Godkänna eller bestrida fakturan",
    "settle-invoice": "Rätta fakturan, eller godkänna den ändå",
    "pay-invoice": "Betala fakturan",
    "answer-hospital-days": "Godkänna eller bestrida kravet för dagar på sjukhus",
    "settle-hospital-days": "Pröva kravet för dagar på sjukhus på nytt: det är bestritt",
    "review-supplement": "Följa upp tilläggsbeloppet",
    "hold-follow-up": "Följa upp överenskommelsen",
    "publish-local-routine": "Ge ut en lokal rutin",
}
LEDGERS: Mapping[str, str] = {
    "month": "Månad",
    "supplement": "Tilläggsbelopp",
    "cost": "Kostnadsersättning",
    "hospital-days": "Betalningsansvar",
    "rates": "Årets belopp",
}
MONTH_STATUSES: Mapping[str, str] = {
    "open": "Öppen",
    "hours-closed": "Timmarna stängda",
    "invoiced": "Fakturerad",
    "received": "Framme hos regionen",
    "accepted": "Godkänd",
    "contested": "Bestridd",
    "paid": "Betald",
}
CLAIM_STATUSES: Mapping[str, str] = {"claimed": "Begärt", "contested": "Bestritt", "accepted": "Godkänt"}
SUPPLEMENT_STATUSES: Mapping[str, str] = {
    "measured": "Underlag finns",
    "calculated": "Beräknat",
    "presented": "Presenterat",
    "paid": "Utbetalat",
}
DEBTORS: Mapping[str, str] = {"home-region": "hemregionen", "home-municipality": "hemkommunen"}
UNMET: Mapping[str, str] = {
    "treatment-level": "behandlingsansvaret låg på en annan nivå",
    "treatment-shown": "regionen har inte visat att den nivån hade behandlingsansvaret",
    "kind": "den typen av arbete ersätts inte",
    "day": "dagen ligger utanför avtalstiden",
}
CONDITION_OUTCOMES: Mapping[str, str] = {
    "met": "Uppfyllt",
    "late": "För sent",
    "missing": "Saknas",
    "not-needed": "Behövs inte",
}
NOTICE_ENDS: Mapping[str, str] = {
    "left": "Personen lämnade sjukhuset",
    "withdrawn": "Beskedet togs tillbaka",
    "died": "Personen avled",
}
UNITS: Mapping[str, str] = {
    "SEK": "kr",
    "SEK/h": "kr/tim",
    "SEK/d": "kr/dag",
    "h": "tim",
    "share": "",
    "percent": "%",
    "km": "km",
}


EVENT_KINDS: Mapping[str, str] = {
    "request": "Vårdbegäran",
    "plan": "Planer",
    "enrolment": "Hemsjukvården",
    "disagreement": "Oenighet",
    "question": "Frågor",
    "statement": "Uttalanden och omständigheter",
    "other": "Övrigt",
}


OWNERS: Mapping[str | None, str] = {
    "region": "Regionen",
    "municipality": "Kommunen",
    "either": "Båda, tills en har gjort det",
    None: "Båda, var för sig",
}
"""Those who have a duty of a text."""
AREAS: Mapping[str, str] = {
    "medical": "det medicinska ansvaret",
    "cost": "kostnadsansvaret",
    "employer": "arbetsgivaransvaret",
}


OFFICES: Mapping[str, str] = {
    SIGNATORY: "den som får teckna avtal",
    RESPONSIBLE_NURSE: "medicinskt ansvarig sjuksköterska",
}
"""The offices that every directory can have."""


def describe_ages(lowest: int | None, highest: int | None) -> str | None:
    """Describe ages in whole years, both ends included. None for any age."""
    if lowest is None:
        return f"till och med {highest} år" if highest is not None else None
    return f"{lowest}\N{EN DASH}{highest} år" if highest is not None else f"från {lowest} år"


def describe_groups(groups: Iterable[ActorGroup], offices: Mapping[str, str]) -> str:
    """Describe the groups that may do an act. `offices` has the text's names of offices."""
    return "; ".join(_describe_group(group, offices) for group in groups)


def explain_refusal(refusal: Refusal) -> str:
    """Explain a refusal: what is wrong, what puts it right, and the fields and people that it is about."""
    meanings = swedish.REFUSALS_BY_PLACE.get(refusal.code, {})
    said = next((meanings[place] for place in refusal.where if place in meanings), swedish.REFUSALS[refusal.code])
    return " ".join((said, *_list_particulars(refusal)))


def _list_particulars(refusal: Refusal) -> Iterator[str]:
    """Yield what this refusal says beyond the words of its code, each as a sentence."""
    if isinstance(refusal, ContentMissing | ContentOfOtherType):
        yield from _name_fields(refusal.titles or _label_fields(refusal))
    if refusal.kind is RefusalKind.NOT_FOUND:
        yield from _name_fields(_label_fields(refusal))
    if isinstance(refusal, OccurredTooEarly):
        yield from _name_fields(_label_fields(refusal))
        yield f"Det tidigaste som går är {_format_first(refusal.first)}."
    if isinstance(refusal, ActorNotAllowed) and refusal.allowed:
        groups = [group for group in refusal.allowed if isinstance(group, ActorGroup)]
        yield f"Det får göras av: {describe_groups(groups, refusal.offices)}."
    if refusal.acts:
        acts = (f"”{swedish.ACTS[act]}”" for act in refusal.acts)
        yield f"Det som leder vidare: {' eller '.join(acts)}."


def _label_fields(refusal: Refusal) -> list[str]:
    """Return the labels of the fields among what a refusal names."""
    return [swedish.FIELDS[name] for name in refusal.where if name in swedish.FIELDS]


def _name_fields(labels: Sequence[str]) -> Iterator[str]:
    if labels:
        yield f"Det gäller: {'; '.join(dict.fromkeys(labels))}."


def _format_first(first: date) -> str:
    """Format the earliest day or moment that can be given: in a form, whose moments are whole minutes."""
    if not isinstance(first, datetime):
        return swedish.format_day(first)
    minute = first.replace(second=0, microsecond=0)
    return swedish.format_moment(minute if minute == first else minute + timedelta(minutes=1))


def name_office(office: str, offices: Mapping[str, str]) -> str:
    """Return the name of an office: the text's own, or that of the office that every directory can have."""
    return offices.get(office, OFFICES.get(office, office))


def _describe_group(group: ActorGroup, offices: Mapping[str, str]) -> str:
    """Describe a group: the offices, the roles, the kinds of unit, and last the party."""
    named = [name_office(office, offices) for office in group.offices]
    several = [f"{group.signatures} av"] if 1 < group.signatures < len(named) else []
    held = " ".join([*several, (" och " if group.signatures == len(named) > 1 else " eller ").join(named)])
    roles = ", ".join(filter(None, (held, " eller ".join(swedish.ROLES[role] for role in group.roles))))
    units = " eller ".join(UNIT_KINDS[kind] for kind in group.unit_kinds)
    place = ", ".join(filter(None, (units, swedish.PARTIES[group.party])))
    return swedish.capitalise(f"{roles} i {place}" if roles else place)


def format_amount(number: Decimal) -> str:
    """Format a number in the Swedish way, as `105 000,00`."""
    return f"{number:,f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace("-", "\N{MINUS SIGN}")


def format_figure(figure: Figure) -> str:
    """Format an amount with its unit."""
    return f"{format_amount(figure.amount)}\N{NO-BREAK SPACE}{UNITS[figure.unit]}".rstrip()


def format_month(first: date) -> str:
    """Format a month, as `maj 2018`."""
    return f"{swedish.MONTHS[first.month - 1]} {first.year}"
