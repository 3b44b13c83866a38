"""Conditions that follow from a case are none that somebody records."""

from datetime import date

import pytest

from domain.agreements.conditions import follows_from_case, list_circumstances, list_record_conditions
from domain.agreements.model import Agreement, Way
from domain.authoring.publication import load_published
from domain.versions.local_agreement import LocalAgreement, find_granted

VERSIONS = load_published().agreements


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: str(version.id))
def test_every_condition_that_follows_from_a_case_is_none_that_somebody_records(version: Agreement) -> None:
    following = list_record_conditions(version)

    assert all(map(follows_from_case, following))
    assert following.isdisjoint(list_circumstances(version))
    assert set(version.vocabulary.conditions) <= following.union(list_circumstances(version))


@pytest.mark.rule("VML-11-2")
def test_a_local_agreement_grants_nothing_that_follows_from_a_case() -> None:
    grants = ("criteria-met", "on-track-home-care", "local-agreement-other-provider")
    older = LocalAgreement(
        key="older",
        municipality="SE2120000011-H0",
        way=Way.TRANSFER,
        grants=grants,
        valid_from=date(2020, 2, 2),
    )

    assert find_granted([older]) == {"local-agreement-other-provider"}
