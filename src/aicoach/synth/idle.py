"""People who do not exercise: every count on them is a false one.

Each kind is a short script that an actor repeats, differently every time. What a
physiotherapist would fairly count in one of them stands in ``IDLE_ALLOWED``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.synth.acting import Script
from aicoach.synth.camera import view_yaw_deg
from aicoach.synth.imperfections import Imperfections
from aicoach.synth.people import bystander_takes_over, phantom

if TYPE_CHECKING:
    from aicoach.catalog.spec import View
    from aicoach.pose import PoseTrack

Act = Callable[[Script], None]
"""One round of a kind's script."""

_LEFT, _RIGHT = 90.0, -90.0
"""Facing the right and the left edge of the picture: the person turned to their left, right."""


def _stand(s: Script) -> None:
    s.wait(s.chance(4.0, 9.0))


def _sway(s: Script) -> None:
    for lean in (4.0, -4.0):
        size = lean * s.chance(0.5, 1.3)
        s.go(
            s.chance(0.7, 1.6),
            left={"hip_abduction": 4.0 - size},
            right={"hip_abduction": 4.0 + size},
            body={"spine_lean": size},
        )
    s.wait(s.chance(0.0, 1.5))


def _shift_weight(s: Script) -> None:
    free, bend = ("left", "right") if s.chance(0, 1) < 0.5 else ("right", "left"), s.chance(8, 22)
    legs = {
        free[0]: {"knee_flexion": bend, "hip_flexion": bend * 0.6},
        free[1]: {"knee_flexion": 1.0, "hip_flexion": 0.0},
    }
    s.go(s.chance(0.6, 1.4), left=legs["left"], right=legs["right"])
    s.wait(s.chance(2.0, 7.0))
    s.relax(s.chance(0.6, 1.4))
    s.wait(s.chance(0.5, 3.0))


def _walk_across(s: Script) -> None:
    way = _LEFT if s.chance(0, 1) < 0.5 else _RIGHT
    s.absent(s.chance(0.5, 4.0))
    s.appear_at(-2.2 if way == _LEFT else 2.2, s.chance(-1.2, 0.3))
    s.face(way, 0.05)
    s.walk(6.0, s.chance(1.5, 2.1))


def _walk_to_and_fro(s: Script) -> None:
    s.appear_at(s.chance(-0.3, 0.3), -2.2)
    s.face(0.0, 0.8)
    s.walk(s.chance(2.5, 3.6), s.chance(1.5, 2.0))
    s.wait(s.chance(0.2, 2.0))
    s.turn(180.0, s.chance(1.0, 2.0))
    s.walk(3.0, s.chance(1.5, 2.0))
    s.absent(s.chance(0.5, 3.0))


def _come_stop_go(s: Script) -> None:
    s.absent(s.chance(0.5, 3.0))
    s.appear_at(-2.2, s.chance(-0.8, 0.2))
    s.face(_LEFT, 0.05)
    s.walk(s.chance(2.0, 2.5))
    s.face(0.0, s.chance(0.7, 1.5))
    s.wait(s.chance(2.0, 8.0))
    s.face(_LEFT if s.chance(0, 1) < 0.5 else _RIGHT, s.chance(0.7, 1.5))
    s.walk(4.0)


def _pace(s: Script) -> None:
    if s.now_s == 0.0:
        s.appear_at(-0.9, -0.4)
    s.face(_LEFT, 0.9)
    s.walk(2.0, s.chance(1.3, 1.8))
    s.turn(180.0, s.chance(0.9, 1.6))
    s.walk(2.0, s.chance(1.3, 1.8))
    s.wait(s.chance(0.5, 2.0))
    s.turn(180.0, s.chance(0.9, 1.6))


_SEATED: Final = {"hip_flexion": 92.0, "knee_flexion": 92.0, "hip_abduction": 7.0}
_HANDS_ON_LAP: Final = {"shoulder_flexion": 30.0, "elbow_flexion": 65.0, "shoulder_abduction": 8.0}


def _sit_down_once(s: Script) -> None:
    s.wait(s.chance(2.0, 5.0))
    s.go(
        0.9,
        {"hip_flexion": 95.0, "knee_flexion": 70.0, "shoulder_flexion": 40.0},
        body={"pitch": 35.0},
    )
    s.go(0.8, {**_SEATED, **_HANDS_ON_LAP}, body={"pitch": 0.0})
    s.wait(s.chance(6.0, 15.0))
    _fidget_seated(s)
    s.go(1.0, {"hip_flexion": 115.0, "knee_flexion": 95.0}, body={"pitch": 38.0})
    s.relax(1.4)
    s.go(0.2, body={"pitch": 0.0})
    _stand(s)


def _fidget_seated(s: Script) -> None:
    s.go(
        s.chance(0.8, 2.0),
        body={"pitch": s.chance(-6, 8), "neck_turn": s.chance(-30, 30)},
    )
    s.wait(s.chance(1.0, 4.0))
    s.go(
        s.chance(0.5, 1.2),
        right={"elbow_flexion": s.chance(60, 110), "shoulder_flexion": s.chance(20, 45)},
    )
    s.wait(s.chance(1.0, 3.0))
    s.go(s.chance(0.6, 1.2), _HANDS_ON_LAP)


def _sit_talking(s: Script) -> None:
    if s.now_s == 0.0:
        s.begin({**_SEATED, **_HANDS_ON_LAP})
    _fidget_seated(s)
    _gesture(s, lift=20.0)
    s.go(0.8, _HANDS_ON_LAP)


def _gesture(s: Script, lift: float = 0.0) -> None:
    for _ in range(int(s.chance(2, 6))):
        arms = {
            side: {
                "elbow_flexion": s.chance(35, 105),
                "shoulder_flexion": lift + s.chance(0, 30),
                "shoulder_rotation": s.chance(-35, 30),
            }
            for side in ("left", "right")
        }
        s.go(s.chance(0.35, 1.0), left=arms["left"], right=arms["right"])
        s.wait(s.chance(0.0, 0.7))


def _talk(s: Script) -> None:
    _gesture(s)
    s.go(0.6, body={"neck_turn": s.chance(-35, 35)})
    if s.chance(0, 1) < 0.5:
        s.relax(s.chance(0.6, 1.2))
        s.wait(s.chance(1.0, 4.0))


def _drink(s: Script) -> None:
    glass = {"shoulder_flexion": 25.0, "elbow_flexion": 85.0, "shoulder_rotation": -15.0}
    s.go(1.0, right=glass)
    s.wait(s.chance(2.0, 6.0))
    s.go(
        s.chance(0.8, 1.4),
        right={"shoulder_flexion": 52.0, "elbow_flexion": 128.0, "shoulder_rotation": -25.0},
        body={"neck_flexion": -12.0},
    )
    s.wait(s.chance(1.0, 2.5))
    s.go(s.chance(0.8, 1.4), right=glass, body={"neck_flexion": 0.0})
    s.wait(s.chance(2.0, 7.0))


def _phone_call(s: Script) -> None:
    s.go(
        1.0,
        right={"shoulder_flexion": 40.0, "shoulder_abduction": 25.0, "elbow_flexion": 138.0,
               "shoulder_rotation": -10.0},
        body={"neck_turn": -8.0},
    )  # fmt: skip
    for _ in range(4):
        s.turn(s.chance(-50, 50), s.chance(1.0, 2.5))
        s.wait(s.chance(1.0, 4.0))
        _gesture_left(s)


def _gesture_left(s: Script) -> None:
    s.go(
        s.chance(0.5, 1.0),
        left={"elbow_flexion": s.chance(30, 100), "shoulder_flexion": s.chance(0, 30)},
    )
    s.wait(s.chance(0.3, 1.0))
    s.go(s.chance(0.5, 1.0), left={"elbow_flexion": 12.0, "shoulder_flexion": 3.0})


def _read_phone(s: Script) -> None:
    s.go(
        1.0,
        {"elbow_flexion": s.chance(85, 105), "shoulder_flexion": 22.0, "shoulder_rotation": -30.0},
        body={"neck_flexion": 30.0},
    )
    s.wait(s.chance(5.0, 12.0))
    if s.chance(0, 1) < 0.4:
        s.relax(1.0)
        s.go(0.4, body={"neck_flexion": 0.0, "neck_turn": s.chance(-40, 40)})
        s.wait(s.chance(1.0, 5.0))


def _tidy_table(s: Script) -> None:
    s.go(0.8, {"hip_flexion": 18.0}, body={"pitch": 18.0, "neck_flexion": 18.0})
    for _ in range(int(s.chance(3, 7))):
        arms = {
            side: {
                "shoulder_flexion": s.chance(25, 65),
                "elbow_flexion": s.chance(35, 85),
                "shoulder_rotation": s.chance(-30, 30),
            }
            for side in ("left", "right")
        }
        s.go(
            s.chance(0.5, 1.3),
            left=arms["left"],
            right=arms["right"],
            body={"spine_twist": s.chance(-22, 22)},
        )
        s.wait(s.chance(0.0, 0.8))
    s.relax(1.0)
    s.wait(s.chance(0.5, 2.0))


def _pick_up_once(s: Script) -> None:
    s.wait(s.chance(2.0, 5.0))
    s.go(
        1.3,
        {"hip_flexion": 115.0, "knee_flexion": 55.0, "shoulder_flexion": 60.0},
        right={"shoulder_flexion": 95.0},
        body={"pitch": 72.0},
    )
    s.wait(0.6)
    s.relax(1.3)
    _stand(s)


def _stretch(s: Script) -> None:
    choice = int(s.chance(0, 4))
    if choice == 0:  # head from side to side
        for turn in (35.0, -35.0):
            s.go(s.chance(1.0, 2.0), body={"neck_turn": turn})
            s.wait(s.chance(0.5, 2.0))
        s.go(1.0, body={"neck_turn": 0.0})
    elif choice == 1:  # hands on the back, chest out
        s.go(1.0, {"shoulder_flexion": -25.0, "shoulder_abduction": 22.0, "elbow_flexion": 70.0},
             body={"spine_flexion": -12.0})  # fmt: skip
        s.wait(s.chance(1.5, 3.0))
    elif choice == 2:  # an arm across the chest, held by the other
        s.go(
            1.2,
            right={"shoulder_flexion": 80.0, "shoulder_rotation": -60.0, "elbow_flexion": 30.0},
            left={"shoulder_flexion": 70.0, "shoulder_rotation": -40.0, "elbow_flexion": 115.0},
        )
        s.wait(s.chance(4.0, 9.0))
    else:  # hands on the hips, a slow twist
        s.go(1.0, {"shoulder_abduction": 35.0, "elbow_flexion": 85.0, "shoulder_rotation": -50.0,
                   "shoulder_flexion": -12.0})  # fmt: skip
        s.go(s.chance(1.5, 3.0), body={"spine_twist": 25.0})
        s.go(s.chance(1.5, 3.0), body={"spine_twist": -20.0})
    s.relax(s.chance(0.8, 1.4))
    s.go(0.6, body={"spine_flexion": 0.0, "spine_twist": 0.0})
    s.wait(s.chance(1.0, 5.0))


def _touch_head(s: Script) -> None:
    side = "left" if s.chance(0, 1) < 0.5 else "right"
    up = {"shoulder_flexion": s.chance(55, 75), "shoulder_abduction": s.chance(15, 40),
          "elbow_flexion": s.chance(125, 138), "shoulder_rotation": -25.0}  # fmt: skip
    s.wait(s.chance(2.0, 8.0))
    s.go(s.chance(0.5, 1.0), **{side: up})
    for _ in range(int(s.chance(0, 4))):
        s.go(0.18, **{side: {"elbow_flexion": s.chance(120, 140)}})
    s.wait(s.chance(0.3, 1.5))
    s.relax(s.chance(0.5, 1.0))


def _wave_once(s: Script) -> None:
    s.wait(s.chance(2.0, 6.0))
    s.go(0.8, right={"shoulder_abduction": 65.0, "elbow_flexion": 95.0, "shoulder_rotation": 75.0})
    for _ in range(4):
        s.go(0.25, right={"elbow_flexion": 75.0})
        s.go(0.25, right={"elbow_flexion": 110.0})
    s.relax(0.9)
    _stand(s)


def _turn_round(s: Script) -> None:
    s.turn(s.chance(60, 200) * (1 if s.chance(0, 1) < 0.5 else -1), s.chance(1.2, 3.0))
    s.wait(s.chance(0.5, 4.0))


def _look_around(s: Script) -> None:
    s.go(
        s.chance(0.5, 1.2), body={"neck_turn": s.chance(-60, 60), "spine_twist": s.chance(-15, 15)}
    )
    s.wait(s.chance(0.8, 3.5))


def _put_on_jacket(s: Script) -> None:
    for side in ("right", "left"):
        s.go(1.0, **{side: {"shoulder_flexion": -30.0, "shoulder_abduction": 45.0,
                            "elbow_flexion": 40.0}})  # fmt: skip
        s.go(0.9, **{side: {"shoulder_flexion": 35.0, "shoulder_abduction": 30.0,
                            "elbow_flexion": 70.0}})  # fmt: skip
    s.go(0.8, {"shoulder_flexion": 25.0, "elbow_flexion": 110.0, "shoulder_rotation": -35.0})
    s.wait(s.chance(1.0, 3.0))
    s.relax(1.0)
    s.wait(s.chance(3.0, 9.0))


def _sweep(s: Script) -> None:
    s.go(
        0.7,
        {"hip_flexion": 14.0, "elbow_flexion": 50.0, "shoulder_flexion": 25.0},
        body={"pitch": 14.0},
    )
    for _ in range(int(s.chance(3, 8))):
        reach = s.chance(-8, 8)
        s.go(s.chance(0.5, 0.9), {"shoulder_flexion": 40.0 + reach, "elbow_flexion": 30.0},
             body={"spine_twist": 16.0})  # fmt: skip
        s.go(s.chance(0.5, 0.9), {"shoulder_flexion": 18.0, "elbow_flexion": 60.0 + reach},
             body={"spine_twist": -8.0})  # fmt: skip
    s.relax(0.8)
    s.walk(s.chance(0.9, 1.4), 1.4)
    s.turn(s.chance(80, 180), 1.4)


def _come_and_go(s: Script) -> None:
    way = _LEFT if s.chance(0, 1) < 0.5 else _RIGHT
    s.appear_at(-2.2 if way == _LEFT else 2.2, s.chance(-1.0, 0.2))
    s.face(way, 0.05)
    s.walk(s.chance(2.0, 2.6))
    s.face(0.0, 1.0)
    (_talk if s.chance(0, 1) < 0.5 else _touch_head)(s)
    s.face(-way, 1.2)
    s.walk(3.6)
    s.absent(s.chance(2.0, 8.0))


_ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "standing": _stand,
        "swaying": _sway,
        "shifting_weight": _shift_weight,
        "walking_across": _walk_across,
        "walking_to_and_fro": _walk_to_and_fro,
        "coming_stopping_going": _come_stop_go,
        "pacing": _pace,
        "sitting_down": _sit_down_once,
        "sitting_talking": _sit_talking,
        "talking": _talk,
        "drinking": _drink,
        "phone_call": _phone_call,
        "reading_phone": _read_phone,
        "tidying_table": _tidy_table,
        "picking_up": _pick_up_once,
        "stretching": _stretch,
        "touching_head": _touch_head,
        "waving": _wave_once,
        "turning": _turn_round,
        "looking_around": _look_around,
        "putting_on_jacket": _put_on_jacket,
        "sweeping": _sweep,
        "coming_and_going": _come_and_go,
        "bystander": _stand,
        "empty_room": _stand,
    }
)
_ONCE: Final = {"sitting_down": _stand, "picking_up": _stand, "waving": _look_around}
"""Kinds whose script is played once, and what follows it."""

IDLE_KINDS: Final[tuple[str, ...]] = tuple(_ACTS)
IDLE_ALLOWED: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "sitting_down": MappingProxyType({"sit_to_stand": 1, "squat": 1}),
        "picking_up": MappingProxyType({"hip_hinge": 1, "squat": 1}),
    }
)
"""What may fairly be counted in one run: to sit down and rise is one sit-to-stand."""


def idle(
    kind: str,
    *,
    duration_s: float = 60.0,
    view: View = "front",
    fps: float = 30.0,
    noise: float = 0.012,
    seed: int = 0,
) -> PoseTrack:
    """A person who does something that is not exercise.

    ``view`` is how the person stands when they face nothing in particular; walkers go where
    their kind goes. The same arguments give the same track.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind not in _ACTS:
        raise ValueError(f"unknown idle kind '{kind}'; one of {', '.join(IDLE_KINDS)}")
    rng = np.random.default_rng([seed, IDLE_KINDS.index(kind)])
    if kind == "empty_room":
        return phantom(duration_s=duration_s, fps=fps, rng=rng)
    script = Script(rng, facing_deg=view_yaw_deg(view))
    _ACTS[kind](script)
    then = _ONCE.get(kind, _ACTS[kind])
    while script.now_s < duration_s:
        then(script)
    how = Imperfections(noise=noise, spikes=0.0005, drop_out=0.01)
    track = script.play(duration_s=duration_s, fps=fps, imperfections=how)
    if kind == "bystander":
        return bystander_takes_over(track, rng)
    return track
