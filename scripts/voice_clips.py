"""Render the pre-recorded voice: one pack of small mp3 clips per language, and its index.

Needs the programs espeak-ng and lame (Debian: apt-get install espeak-ng lame). Run it after a
phrase, a cue or the name of an exercise has changed; clips of unchanged texts stay as they are.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import wave
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from aicoach.adapters.voice import espeak_speed
from aicoach.catalog.cues import LANGUAGES
from aicoach.catalog.loader import load_catalog
from aicoach.web.voice_vocabulary import FOLDER, digits, urgent, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.catalog.cues import Language

VOICES: dict[Language, str] = {"zh": "cmn", "en": "en-gb"}
LEVEL_DB = -20.0
"""Root mean square of what is spoken, so that no sentence is louder than another."""
PEAK_DB = -1.5
QUIET_DB = -46.0
MARGIN_S = 0.015
RATE_HZ = 16000
KBITS = 24


def main() -> None:
    """Make the packs of all languages, or of those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("languages", nargs="*", help="zh, en [both]")
    parser.add_argument("--all", action="store_true", help="render unchanged texts anew too")
    chosen = parser.parse_args()
    for program in ("espeak-ng", "lame"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed: apt-get install espeak-ng lame")
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        if chosen.languages and language not in chosen.languages:
            continue
        make_pack(language, fresh=chosen.all)


def make_pack(language: Language, *, fresh: bool) -> None:
    """Render what is missing and write pack and index."""
    texts = vocabulary(language, load_catalog())
    first = urgent(language)
    voice, speed = VOICES[language], espeak_speed(language)
    how = {"voice": f"espeak-ng {voice}", "speed": speed, "rate_hz": RATE_HZ, "kbits": KBITS}
    kept = {} if fresh else _kept(language, how, texts)
    clips: dict[str, list[int]] = {}
    pack, ahead = bytearray(), 0
    for key in sorted(texts, key=lambda one: one not in first):  # keeps the order within both
        clip, lasts_ms = kept.get(key) or rendered(texts[key], voice, speed)
        clips[key] = [len(pack), len(clip), lasts_ms, crc32(texts[key].encode())]
        pack += clip
        if key in first:
            ahead = len(pack)
    for figures, spelled in digits(language).items():
        clips.setdefault(figures, clips[spelled])
    index = {"language": language, **how, "bytes": len(pack), "first": ahead, "clips": clips}
    (FOLDER / f"{language}.pack").write_bytes(pack)
    (FOLDER / f"{language}.json").write_text(_lines(index), encoding="utf-8")
    lasts_s = sum(clips[key][2] for key in texts) / 1000
    print(f"{language}: {len(texts)} clips, {lasts_s:.0f} s, {len(pack) / 1e6:.2f} MB, "
          f"{ahead / 1e6:.2f} MB of it ahead")  # fmt: skip


def rendered(text: str, voice: str, speed: int) -> tuple[bytes, int]:
    """A text as an mp3 clip, and how long it lasts in ms."""
    spoken = subprocess.run(
        ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", "--", text],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    with wave.open(io.BytesIO(spoken)) as file:
        rate_hz = file.getframerate()
    # The header of a stream does not know its length: what follows it is the sound.
    sound = np.frombuffer(spoken[44:], np.int16).astype(np.float64) / 32768.0
    sound = levelled(trimmed(sound, rate_hz))
    clip = subprocess.run(
        ["lame", "--quiet", "-r", "-s", str(rate_hz / 1000), "-m", "m", "--bitwidth", "16",
         "--signed", "--little-endian", "--resample", str(RATE_HZ / 1000), "-b", str(KBITS),
         "-q", "0", "-", "-"],
        input=np.round(sound * 32767).astype("<i2").tobytes(), capture_output=True, check=True,
    ).stdout  # fmt: skip
    return clip, round(1000 * len(sound) / rate_hz)


def trimmed(sound: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Without the silence at both ends."""
    loud = np.nonzero(np.abs(sound) > 10 ** (QUIET_DB / 20))[0]
    margin = round(MARGIN_S * rate_hz)
    return sound[max(loud[0] - margin, 0) : loud[-1] + margin]


def levelled(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """At the common level, measured where there is speech."""
    speech = sound[np.abs(sound) > 10 ** (QUIET_DB / 20)]
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(speech**2))
    return np.asarray(sound * min(gain, 10 ** (PEAK_DB / 20) / np.abs(sound).max()))


def _kept(
    language: Language, how: dict[str, Any], texts: dict[str, str]
) -> dict[str, tuple[bytes, int]]:
    """Clips of the pack that stands, where neither their text nor the rendering changed."""
    try:
        index = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
        pack = (FOLDER / f"{language}.pack").read_bytes()
    except FileNotFoundError:
        return {}
    if any(index.get(name) != value for name, value in how.items()):
        return {}
    return {
        key: (pack[start : start + length], lasts_ms)
        for key, (start, length, lasts_ms, crc) in index["clips"].items()
        if key in texts and crc == crc32(texts[key].encode())
    }


def _lines(index: dict[str, Any]) -> str:
    """JSON with a line per clip, so that changes can be read."""
    head = {name: value for name, value in index.items() if name != "clips"}
    rows = ",\n".join(
        f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(entry, separators=(',', ':'))}"
        for key, entry in index["clips"].items()
    )
    return f'{json.dumps(head)[:-1]},\n"clips":{{\n{rows}}}}}\n'


if __name__ == "__main__":
    main()
