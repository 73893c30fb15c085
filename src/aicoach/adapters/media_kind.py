"""What kind of file an input is, told from its name and first bytes, without a decoder."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, Final

VIDEO_SUFFIXES: Final = frozenset(
    {
        ".mp4",
        ".mov",
        ".m4v",
        ".avi",
        ".mkv",
        ".webm",
        ".mpg",
        ".mpeg",
        ".3gp",
        ".wmv",
        ".ts",
        ".flv",
    }
)
"""What counts as a video when a folder is given; a file that is named is always tried."""

_SOUND = (b"ID3", b"fLaC", b"OggS", b"\xff\xfb", b"\xff\xf3")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")
_LARGEST_INDEX = 64 * 2**20


def is_recording(path: Path) -> bool:
    """Whether the file is a pose recording by its name, or at least the archive that one is."""
    if path.suffix.lower() == ".npz":
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def media_files(folder: Path) -> list[Path]:
    """Videos and recordings directly in a folder, by name."""
    wanted = VIDEO_SUFFIXES | {".npz"}
    files = (path for path in folder.iterdir() if path.suffix.lower() in wanted)
    return sorted(path for path in files if path.is_file() and not path.name.startswith("."))


def why_not_a_video(path: Path) -> tuple[str, str]:
    """Problem and remedy for a file that the decoder refused."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
            if start.startswith(_SOUND) or (start[:4] == b"RIFF" and start[8:] == b"WAVE"):
                return "holds sound only", "give a file with a picture"
            if start.startswith(_PICTURES):
                return "is a picture, not a video", "give a video or a recording"
            if start[4:8] == b"ftyp":
                return _why_not_an_mp4(file)
    except OSError as problem:
        return f"cannot be read ({problem.strerror or problem})", ""
    return "is not a video that can be decoded", "convert it to .mp4, or give a recording (.npz)"


def _why_not_an_mp4(file: IO[bytes]) -> tuple[str, str]:
    index = _box(file, b"moov")
    if index is None:
        return "is truncated: its index is missing", "copy or export the file again"
    if b"soun" in index and b"vide" not in index:
        return "holds sound only", "give a file with a picture"
    return "cannot be decoded", "it may be damaged; convert it to .mp4 (H.264)"


def _box(file: IO[bytes], wanted: bytes) -> bytes | None:
    """Content of a top-level box of an MP4 file; None where the file ends before it does."""
    position = 0
    while True:
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            return None
        size, name = struct.unpack(">I4s", head[:8])
        skip = 8
        if size == 1 and len(head) == 16:
            size, skip = struct.unpack(">Q", head[8:])[0], 16
        if name == wanted:
            file.seek(position + skip)
            content = file.read(min(size - skip, _LARGEST_INDEX)) if size > skip else b""
            return content if len(content) >= min(size - skip, _LARGEST_INDEX) else None
        if size < 8:
            return None
        position += size
