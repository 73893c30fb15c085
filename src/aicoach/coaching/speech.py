"""How a request reads in a language, and how long a voice needs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.coaching.requests import CORRECTIVE, InBoth, KeyOf, Spelled

if TYPE_CHECKING:
    from aicoach.catalog.cues import Language
    from aicoach.coaching.requests import CueRequest, Place
    from aicoach.coaching.settings import SpeechSettings
    from aicoach.phrases import Phrases

_PAUSES: Final = frozenset("，。！？；：、,.!?;:")
_QUOTES: Final = frozenset("“”‘’\"'")


def text_of(request: CueRequest, phrases: Phrases) -> str:
    """The request in the language of ``phrases``; a one-sided correction names the side.

    Raises
    ------
    KeyError
        If the phrase does not exist, or a place of it is not given.
    """
    places = {name: _place(value, phrases) for name, value in request.places}
    if missing := phrases.places(request.key) - places.keys():
        raise KeyError(f"{request.key}: the place '{sorted(missing)[0]}' is not given")
    text = phrases.text(request.key, **places)
    if phrases.language == "en":
        text = text[:1].upper() + text[1:]
    if request.side != "both" and request.priority in CORRECTIVE:
        named = {"cue": within_sentence(text, phrases.language)}
        return phrases.text(f"coaching.side.{request.side}", **named)
    return text


def spelled(number: int, phrases: Phrases) -> str:
    """``number`` in words up to 99, in digits beyond."""
    known = phrases.by_key
    if (word := known.get(f"coaching.numeral.{number}")) is not None:
        return word
    tens, ones = divmod(number, 10)
    if not 2 <= tens <= 9:
        return str(number)
    parts = (known[f"coaching.numeral.{tens * 10}"], known[f"coaching.numeral.{ones}"])
    return phrases.text("coaching.numeral.joined", tens=parts[0], ones=parts[1])


def within_sentence(text: str, language: Language) -> str:
    """``text`` as it stands behind a colon: English begins with a small letter, except "I"."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    if language != "en" or first == "I" or first.startswith("I'"):
        return text
    return text[:1].lower() + text[1:]


def speech_s(text: str, language: Language, settings: SpeechSettings, *, slower: bool) -> float:
    """Seconds a voice of comfortable rate needs for ``text``.

    An estimate from the length: characters in Chinese (a digit is one, a word in Latin
    letters two), words in English, and a pause at each punctuation mark but the last.
    """
    body = text.strip().rstrip("".join(_PAUSES | _QUOTES))
    pauses = sum(character in _PAUSES for character in body) * settings.punctuation_s
    if language == "zh":
        rate = settings.zh_slower_characters_per_s if slower else settings.zh_characters_per_s
        return settings.lead_s + pauses + _syllables(body) / rate
    per_min = settings.en_slower_words_per_min if slower else settings.en_words_per_min
    return settings.lead_s + pauses + len(body.split()) * 60.0 / per_min


def _syllables(body: str) -> int:
    """Syllables of a Chinese text, roughly."""
    count, in_word = 0, False
    for character in body:
        latin = character.isascii() and character.isalpha()
        if latin and not in_word:
            count += 2
        elif not latin and character.isalnum():
            count += 1
        in_word = latin
    return count


def _place(value: Place, phrases: Phrases) -> str:
    """A place's value in the language of ``phrases``."""
    if isinstance(value, KeyOf):
        return within_sentence(phrases.text(value.key), phrases.language)
    if isinstance(value, InBoth):
        return value.text(phrases.language)
    if isinstance(value, Spelled):
        return spelled(value.number, phrases)
    return f"{value:g}" if isinstance(value, float) else str(value)
