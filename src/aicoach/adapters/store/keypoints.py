"""Skeletons of a session: kept only with consent, for a set number of days, and small.

A pose track has no place for a picture: 33 joints per frame, a score each, and nothing else.
What a recording carries besides is left out. Numbers are rounded to a ten-thousandth of the
picture's side and to a tenth of a millimetre, differences from frame to frame are deflated,
and the database itself refuses a body larger than its joints can be. A video has no way in.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import insert, select

from aicoach.access.settings import keep_settings
from aicoach.adapters.store import tables
from aicoach.adapters.store.consents import holds_in
from aicoach.errors import PrivacyError
from aicoach.pose import PoseTrack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.adapters.store.store import Store

CONSENT: Final = "keypoints"
STEP: Final = 1e-4
"""Of the picture's side, of a metre, and of a score."""
_UNSEEN: Final = -32768
_MOST: Final = 32767
_COLUMNS: Final = 33 * 7
_TIME_STEP_S: Final = 1e-5
LONGEST_FRAMES: Final = 2 * 3600 * 60
"""Two hours at 60 frames a second: no session is longer."""


def keep_keypoints(
    store: Store, session_id: str, track: PoseTrack, at: datetime | None = None
) -> datetime:
    """Keep the skeletons of a session, until the day that is returned.

    Raises
    ------
    PrivacyError
        If the resident has not agreed to it, there is no such session, or there is nothing
        to keep, or too much.
    """
    what = f"keypoints of session {session_id}"
    frames = len(track.t_s)
    if not 0 < frames <= LONGEST_FRAMES:
        raise PrivacyError(what, f"{frames} frames; from 1 to {LONGEST_FRAMES} may be kept")
    now = at or datetime.now(timezone.utc)
    until = now + timedelta(days=int(keep_settings().keypoints_d))
    row = {
        "session_id": session_id,
        "kept_at": now,
        "keep_until": until,
        "frames": frames,
        "body": pack(track),
    }
    column = tables.sessions.c
    with store.writing() as connection:
        resident = connection.scalar(select(column.resident).where(column.id == session_id))
        if resident is None:
            raise PrivacyError(what, "there is no such session")
        if not holds_in(connection, resident, CONSENT):
            remedy = f"run: aicoach consent give --resident {resident} --kind {CONSENT}"
            raise PrivacyError(what, f"{resident} has not agreed to keep them", remedy)
        connection.execute(insert(tables.keypoints), [row])
    return until


def read_keypoints(store: Store, session_id: str) -> PoseTrack | None:
    """The skeletons of a session; None where none are kept."""
    table = tables.keypoints
    query = select(table.c.body).where(table.c.session_id == session_id)
    with store.reading() as connection:
        body = connection.scalar(query)
    return None if body is None else unpack(body)


def pack(track: PoseTrack) -> bytes:
    """A track as few bytes."""
    frames = len(track.t_s)
    values = np.concatenate(
        (track.image_xyzs.reshape(frames, -1), track.world_xyz.reshape(frames, -1)), axis=1
    )
    steps = np.where(np.isfinite(values), np.clip(np.round(values / STEP), -_MOST, _MOST), _UNSEEN)
    whole = steps.astype(np.int16)
    differences = np.diff(whole, axis=0, prepend=np.zeros((1, _COLUMNS), np.int16))
    times = np.round((track.t_s - track.t_s[0]) / _TIME_STEP_S).astype("<u4")
    head = {"v": 1, "start_s": float(track.t_s[0]), "size": list(track.frame_size_px)}
    # Column by column: a joint changes little from frame to frame.
    content = times.tobytes() + differences.T.astype("<i2").tobytes()
    return json.dumps(head).encode() + b"\n" + zlib.compress(content, 6)


def unpack(body: bytes) -> PoseTrack:
    """The track of what :func:`pack` made.

    Raises
    ------
    PrivacyError
        If it is something else.
    """
    try:
        first, _, rest = body.partition(b"\n")
        head = json.loads(first)
        content = _inflated(rest)
        frames = len(content) // (4 + 2 * _COLUMNS)
        times = np.frombuffer(content, "<u4", frames)
        differences = np.frombuffer(content, "<i2", frames * _COLUMNS, 4 * frames)
        values = _values(differences.reshape(_COLUMNS, frames).T)
        return PoseTrack(
            head["start_s"] + times * _TIME_STEP_S,
            values[:, : 33 * 4].reshape(frames, 33, 4),
            values[:, 33 * 4 :].reshape(frames, 33, 3),
            (int(head["size"][0]), int(head["size"][1])),
        )
    except (KeyError, IndexError, TypeError, ValueError, zlib.error) as problem:
        raise PrivacyError("keypoints", f"cannot be read ({problem})") from problem


def _inflated(content: bytes) -> bytes:
    most = LONGEST_FRAMES * (4 + 2 * _COLUMNS)
    inflate = zlib.decompressobj()
    plain = inflate.decompress(content, most)
    if inflate.unconsumed_tail or len(plain) % (4 + 2 * _COLUMNS):
        raise ValueError("is not a whole number of frames")
    return plain


def _values(differences: NDArray[np.int16]) -> NDArray[np.float64]:
    # Sums wrap around exactly as the differences did.
    whole = np.cumsum(differences, axis=0, dtype=np.int16)
    return np.where(whole == _UNSEEN, np.nan, whole * STEP)
