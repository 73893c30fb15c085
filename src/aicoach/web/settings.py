"""Sizes, rates and patience of the server of the screens, from ``rules/web.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aicoach.catalog.thresholds import load_settings


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """Live sessions and their sockets."""

    sessions_per_core: float
    """More would fall below ten frames a second each."""
    trials_per_address: float
    """Sessions at once of visitors who did not sign in, from one address."""
    left_s: float
    """A visitor who did not sign in and has been gone for so long makes room for the next."""
    kept_share: float
    """Share of the places that no such visitor is given."""
    frame_bytes: float
    frame_side_px: float
    """Longest side of a picture that is taken."""
    message_bytes: float
    messages_per_s: float
    hello_s: float
    """A socket that has not said by then who it is gets closed."""
    ticket_s: float
    lost_s: float
    """A socket on which nothing came for so long is taken for lost."""
    alone_s: float
    """A session to which nobody came back for so long is ended."""
    kept_after_end_s: float
    """The summary of an ended session is shown again for so long."""
    wait_s: float
    """What somebody is asked to wait while all places are taken."""
    backlog: float
    """Events that wait for a slow screen; then it must begin anew."""


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """How long somebody stays signed in."""

    cabin_s: float
    """Nobody touched the shared screen and no session is on."""
    home_s: float
    staff_s: float
    staff_idle_s: float
    account_s: float
    """After so long the account is looked at again: whether it may still be used as it was."""
    at_once: float


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """How often one address may ask, and how much it may send."""

    per_min: float
    at_once: float
    sign_ins_per_min: float
    sign_ins_at_once: float
    body_bytes: float
    page_bytes: float
    """What a page of Gradio sends with an event: all its fields."""
    body_s: float
    """Whatever is sent is here by then, or is not taken."""


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """Clips that a visitor uploads to be analysed."""

    bytes: float
    longest_s: float
    at_once: float
    waiting: float
    work_s: float


@dataclass(frozen=True, slots=True)
class WebSettings:
    """All of them."""

    live: LiveSettings
    visitors: VisitorSettings
    requests: RequestSettings
    clips: ClipSettings


@cache
def web_settings() -> WebSettings:
    """The settings of this installation."""
    return WebSettings(
        live=load_settings(LiveSettings, "web", "live"),
        visitors=load_settings(VisitorSettings, "web", "visitors"),
        requests=load_settings(RequestSettings, "web", "requests"),
        clips=load_settings(ClipSettings, "web", "clips"),
    )
