"""The check of payment liability: a first day that is never reached, and a condition in the place of the law's."""

from collections.abc import Iterator

from domain.agreements.model import Agreement
from domain.authoring.background import find_national_liability
from domain.authoring.faults import EntryFault


def find_unreached_starts(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the rows about the first day that no notice reaches, because a row above holds always."""
    starts = agreement.payment_liability.starts
    always = next((index for index, row in enumerate(starts) if row.when is None), len(starts))
    for index in range(always + 1, len(starts)):
        yield EntryFault(
            path=("payment_liability", "starts", index),
            what="is never reached, because a row above it has no condition and always answers",
            remedy="move it above that row and give it `when`, or remove it",
            swedish="Raden används aldrig: en rad ovanför saknar when och svarar alltid. Flytta upp raden och ge den "
            "when, eller ta bort den.",
        )


def find_replaced_conditions(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the conditions that take the place of one that the law demands.

    By the law an agreement may change the day and the amount. It says nothing of fewer conditions (LSU-4-5).
    """
    national = {condition.id: condition for condition in find_national_liability().conditions}
    for index, condition in enumerate(agreement.payment_liability.conditions):
        if condition.id in national:
            clauses = ", ".join(national[condition.id].clauses)
            yield EntryFault(
                path=("payment_liability", "conditions", index),
                what=f"takes the place of the law's condition {condition.id} ({clauses})",
                remedy="give it an id of its own to demand both, or leave it if the law's is meant to be changed",
                swedish=f"Villkoret ersätter lagens villkor {condition.id} ({clauses}). Ge det ett eget id om båda ska "
                "gälla, eller låt det stå om lagens villkor ska ändras.",
            )
