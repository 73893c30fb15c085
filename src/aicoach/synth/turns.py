"""Rotation matrices about the body's axes and about any other."""

from __future__ import annotations

import numpy as np

from aicoach.pose import FloatArray


def turn_x(degrees: FloatArray | float) -> FloatArray:
    """Rotation about x: up towards forward; shape (..., 3, 3)."""
    return _turn(degrees, 1, 2)


def turn_y(degrees: FloatArray | float) -> FloatArray:
    """Rotation about y: forward towards the left."""
    return _turn(degrees, 2, 0)


def turn_z(degrees: FloatArray | float) -> FloatArray:
    """Rotation about z: left towards up."""
    return _turn(degrees, 0, 1)


def _turn(degrees: FloatArray | float, source: int, target: int) -> FloatArray:
    angle = np.radians(np.asarray(degrees, dtype=float))
    out = np.zeros((*angle.shape, 3, 3))
    rest = 3 - source - target
    out[..., rest, rest] = 1.0
    out[..., source, source] = out[..., target, target] = np.cos(angle)
    out[..., target, source] = np.sin(angle)
    out[..., source, target] = -np.sin(angle)
    return out


def turn_about(axis: FloatArray, angle_rad: FloatArray) -> FloatArray:
    """Rotations (T, 3, 3) about unit axes (T, 3)."""
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack((zero, -z, y, z, zero, -x, -y, x, zero), axis=-1).reshape(-1, 3, 3)
    sine, cosine = np.sin(angle_rad)[:, None, None], np.cos(angle_rad)[:, None, None]
    return np.asarray(np.eye(3) + sine * cross + (1.0 - cosine) * (cross @ cross))


def turn_between(one: FloatArray, other: FloatArray) -> FloatArray:
    """The smallest rotations (T, 3, 3) that turn vectors ``one`` onto ``other``, (T, 3)."""
    a, b = (v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9) for v in (one, other))
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis, axis=-1)
    axis = axis / np.maximum(sine, 1e-9)[:, None]
    return turn_about(axis, np.arctan2(sine, np.einsum("ti,ti->t", a, b)))
