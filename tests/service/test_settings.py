"""The settings: their values, their faults, and the secrets that are never printed."""

from pathlib import Path

import pytest

from service.settings import WrongSetting, read_settings


def test_an_empty_environment_selects_the_embedded_server_on_this_machine_only() -> None:
    settings = read_settings({})
    assert (settings.database_url, settings.host, settings.port) == (None, "127.0.0.1", 8000)
    assert settings.data == Path(".kvittens")
    assert settings.demonstration is False


def test_every_variable_is_read_and_an_empty_variable_counts_as_unset() -> None:
    settings = read_settings(
        {
            "KVITTENS_DATABASE_URL": "postgresql://kvittens_service:s@db/kvittens",
            "KVITTENS_OWNER_DATABASE_URL": "host=db dbname=kvittens user=kvittens_owner",
            "KVITTENS_DATA": "/srv/kvittens",
            "KVITTENS_HOST": "",
            "KVITTENS_PORT": "9000",
            "KVITTENS_DEMONSTRATION": "true",
            "KVITTENS_TOKEN_KEY": "k" * 32,
            "HOME": "/home/someone",
        }
    )
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://kvittens_service:s@db/kvittens"
    assert (settings.data, settings.host, settings.port) == (Path("/srv/kvittens"), "127.0.0.1", 9000)
    assert settings.demonstration is True


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("KVITTENS_PORT", "http", "a whole number from 0"),
        ("KVITTENS_PORT", "70000", "a whole number from 0"),
        ("KVITTENS_DEMONSTRATION", "perhaps", "give true or false"),
        ("KVITTENS_DATABASE_URL", "mysql", "give postgresql://"),
        ("KVITTENS_DATABASE_URL", "postgresql://user@host", "names no database"),
        ("KVITTENS_TOKEN_KEY", "short", "at least 32 random bytes"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(variable: str, value: str, remedy: str) -> None:
    with pytest.raises(WrongSetting, match=f"{variable}: the value .*{remedy}"):
        read_settings({variable: value})


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(WrongSetting) as refused:
        read_settings({"KVITTENS_PORT": "x", "KVITTENS_DEMONSTRATION": "perhaps", "KVITTENS_PROT": "1"})
    assert len(str(refused.value).splitlines()) == 3


def test_a_misspelt_variable_is_reported() -> None:
    with pytest.raises(WrongSetting, match="KVITTENS_PROT is not a setting"):
        read_settings({"KVITTENS_PROT": "8000"})


def test_an_owner_without_a_service_is_reported() -> None:
    with pytest.raises(WrongSetting, match="set the service's own login as well"):
        read_settings({"KVITTENS_OWNER_DATABASE_URL": "postgresql://owner@db/kvittens"})


def test_secrets_are_never_printed() -> None:
    secret = "a-very-secret-key-of-thirty-two-bytes"
    settings = read_settings(
        {"KVITTENS_TOKEN_KEY": secret, "KVITTENS_DATABASE_URL": f"postgresql://service:{secret}@db/kvittens"}
    )
    assert secret not in f"{settings!r} {settings}"
    with pytest.raises(WrongSetting) as refused:
        read_settings({"KVITTENS_DATABASE_URL": f"postgresql://service:{secret}@db"})
    assert secret not in str(refused.value)
