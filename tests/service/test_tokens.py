"""Bearer tokens: their check, and the time for which a check is remembered."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import time

import jwt
import pytest
from typer.testing import CliRunner

from service.cli import app
from service.directory import read_demonstration
from service.security.tokens import VALID_FOR, Authenticator, TokenRefused, issue
from tests.live import NURSE_A, NURSE_B

KEY = "k" * 48
DIRECTORY = read_demonstration()["orebro"]


def issue_token(person: str, *, issued: timedelta = timedelta(0), key: str = KEY) -> str:
    """Issue a token for a person, as if some time ago."""
    actor = DIRECTORY.actor(person)
    assert actor is not None
    return issue(actor, key=key, now=datetime.now(UTC) - issued)


@pytest.fixture
def authenticator() -> Authenticator:
    """An authenticator that remembers no token yet."""
    return Authenticator(key=KEY, directories={DIRECTORY.county: DIRECTORY})


def test_a_token_names_the_same_actor_each_time(authenticator: Authenticator) -> None:
    text = issue_token(NURSE_A)
    assert authenticator(text) == authenticator(text) == DIRECTORY.actor(NURSE_A)
    assert authenticator(issue_token(NURSE_B)) == DIRECTORY.actor(NURSE_B)


def test_a_token_that_was_refused_stays_refused(authenticator: Authenticator) -> None:
    for text in (
        issue_token(NURSE_A, key="x" * 48),
        issue_token(NURSE_A, issued=timedelta(hours=13)),
        "",
        "x",
        issue_token(NURSE_A)[:-2],
    ):
        for _ in range(2):
            with pytest.raises(TokenRefused):
                authenticator(text)


def test_a_remembered_token_is_refused_once_it_expires(authenticator: Authenticator) -> None:
    text = issue_token(NURSE_A, issued=VALID_FOR - timedelta(seconds=2))
    expires = jwt.decode(text, options={"verify_signature": False})["exp"]
    assert authenticator(text) == DIRECTORY.actor(NURSE_A)
    while time() < expires:
        with suppress(TokenRefused):  # the second may turn between asking the time and asking for the actor
            assert authenticator(text) == DIRECTORY.actor(NURSE_A)
    with pytest.raises(TokenRefused, match="expired"):
        authenticator(text)


def test_the_token_command_prints_a_token_for_every_assignment() -> None:
    environment = {"KVITTENS_TOKEN_KEY": KEY, "KVITTENS_DEMONSTRATION": "true"}
    rows = json.loads(CliRunner().invoke(app, ["token", "--json"], env=environment).stdout)
    authenticate = Authenticator(key=KEY, directories=read_demonstration())
    assert len(rows) == sum(len(directory.assignments) for directory in read_demonstration().values())
    for row in rows:
        actor = authenticate(row["token"])
        assert (actor.person, actor.unit, actor.principal) == (row["person"], row["unit"], row["principal"])
