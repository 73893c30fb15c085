from __future__ import annotations

import pytest

from aicoach.access.secrets import check_password, check_pin, wait_after
from aicoach.access.settings import access_settings
from aicoach.catalog.loader import read_toml
from aicoach.catalog.thresholds import read_thresholds
from aicoach.errors import SecretError
from aicoach.phrases import load_phrases
from aicoach.resources import resource_dir

SETTINGS = access_settings()


@pytest.mark.parametrize("pin", ["739184", "204957", "8305172", "  739184 ", "７３９１８４"])
def test_a_pin_that_is_hard_to_guess_is_taken(pin: str) -> None:
    assert check_pin(pin, SETTINGS, birth_year=1950).isascii()


@pytest.mark.parametrize(
    "pin",
    [
        "111111", "121212", "123123", "123456", "654321", "890123", "210987", "147258",
        "5201314", "195007", "071950", "500312", "１２３４５６",
    ],
)  # fmt: skip
def test_a_pin_that_is_easy_to_guess_is_refused(pin: str) -> None:
    with pytest.raises(SecretError) as caught:
        check_pin(pin, SETTINGS, birth_year=1950)
    assert caught.value.key == "access.pin.easy"
    assert pin not in str(caught.value)


@pytest.mark.parametrize("pin", ["", "12345", "123456789", "73918a", "七三九一八四", "73 9184"])
def test_a_pin_is_six_to_eight_digits(pin: str) -> None:
    with pytest.raises(SecretError) as caught:
        check_pin(pin, SETTINGS)
    assert caught.value.key == "access.pin.digits"


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("", "access.password.short"),
        ("short", "access.password.short"),
        ("x" * 257, "access.password.long"),
        ("aaaaaaaaaaaaaa", "access.password.easy"),
        ("password123456", "access.password.easy"),
        ("Li.Na-20261122", "access.password.easy"),
        ("abcabcabcabc", "access.password.easy"),
        ("112233445566", "access.password.easy"),
    ],
)
def test_a_password_that_is_no_good_is_refused_and_not_repeated(password: str, key: str) -> None:
    with pytest.raises(SecretError) as caught:
        check_password(password, SETTINGS, login="li.na")
    assert caught.value.key == key
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize("password", ["correct horse battery", "每天早上在河边散步和打太极拳吧"])
def test_a_few_words_make_a_good_password(password: str) -> None:
    assert check_password(password, SETTINGS, login="li.na") == password


def test_the_wait_doubles_after_the_free_tries_up_to_the_longest() -> None:
    waits = SETTINGS.wait_account
    free = int(waits.free)
    assert [wait_after(n, waits) for n in range(free + 1)] == [0.0] * (free + 1)
    after = [wait_after(n, waits) for n in range(free + 1, free + 30)]
    assert after[:3] == [waits.first_s, 2 * waits.first_s, 4 * waits.first_s]
    assert after == sorted(after)
    assert after[-1] == waits.longest_s
    assert wait_after(10**9, waits) == waits.longest_s


def test_guessing_a_pin_takes_years() -> None:
    waits = SETTINGS.wait_account
    tries_a_year = waits.free + 365 * 86_400 / waits.longest_s
    assert 10**SETTINGS.pin.least / tries_a_year > 20


def test_every_number_of_access_and_retention_has_a_known_source() -> None:
    sources = read_toml(resource_dir("exercises") / "SOURCES.toml")
    for file in ("access", "retention"):
        for section, table in read_thresholds(file).items():
            for key, number in table.items():
                assert number.source in sources, f"{file}.{section}.{key}"


def test_phrases_about_secrets_have_the_places_that_are_filled() -> None:
    for language in ("zh", "en"):
        phrases = load_phrases(language)  # type: ignore[arg-type]
        assert phrases.text("access.pin.digits", least=6, most=8)
        assert phrases.text("access.password.short", least=12)
        assert phrases.text("access.password.long", most=256)
        assert "30" in phrases.text("access.sign_in.wait", seconds=30)
