"""Who acts on the command line: the person at the console, or an account with its password."""

from __future__ import annotations

import contextlib
import getpass
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aicoach.errors import CoachError, SignInError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aicoach.adapters.store import Store
    from aicoach.adapters.store.gate import Gate

ORIGIN: Final = "console"
As = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="LOGIN",
        help="Act with this account; the password is asked [the person at this computer].",
    ),
]  # fmt: skip


def acting(store: Store, login: str | None = None) -> Gate:
    """What somebody may see and do from here.

    Parameters
    ----------
    login
        An account, whose password is asked; None: the person at the console, who is known
        to the audit by the name of the computer's user.

    Raises
    ------
    SignInError
        If login and password do not fit, or it is too early to try again.
    """
    from aicoach.access import console_actor  # noqa: PLC0415
    from aicoach.adapters.store.accounts import Refused, sign_in  # noqa: PLC0415

    if login is None:
        return store.gate(console_actor(computer_user()))
    password = ask_secret(f"Password of {login}")
    done = sign_in(store, login, password, ORIGIN, datetime.now(timezone.utc))
    if isinstance(done, Refused):
        raise SignInError(done.wait_s)
    return store.gate(done.actor)


def require_resident(store: Store, code: str) -> None:
    """See that somebody of this code is registered.

    Raises
    ------
    CoachError
        If nobody is.
    """
    from aicoach.adapters.store.people import Resident  # noqa: PLC0415

    if store.shelf(Resident).get(code) is None:
        raise CoachError(
            f"{code}: is not registered in {store.database.name}; see aicoach resident list"
        )


def require_site(store: Store, code: str | None) -> None:
    """See that there is a site of this code; None asks for no site.

    Raises
    ------
    CoachError
        If there is none.
    """
    from aicoach.adapters.store.people import Site  # noqa: PLC0415

    if code is not None and store.shelf(Site).get(code) is None:
        raise CoachError(f"--site {code}: there is no such site; see aicoach cabin list")


def ask_where_it_opens(
    store: Store, action: str, details: Mapping[str, object], login: str | None = None
) -> None:
    """Ask at the gate of the installation, and leave a line in the audit.

    What cannot be opened (damaged, older, or without its key) is looked at and copied all the
    same: then it matters most, and the console may.

    Raises
    ------
    AccessError, SignInError
        If they may not, or login and password do not fit.
    """
    from aicoach.adapters.store.gate import SYSTEM  # noqa: PLC0415
    from aicoach.adapters.store.schema import newest_revision, revision_of  # noqa: PLC0415

    if login is not None:
        acting(store, login).require(action, SYSTEM, details)
        return
    with contextlib.suppress(StoreError):
        if revision_of(store.database) == newest_revision():
            acting(store).require(action, SYSTEM, details)


def ask_secret(prompt: str, *, twice: bool = False) -> str:
    """A secret from the keyboard, unseen, or one line of what is piped in; never an argument."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise typer.BadParameter(f"{prompt}: nothing was given; pipe one line in")
        return line.rstrip("\r\n")
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))


def computer_user() -> str:
    """Name of the user of this computer."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a table of users
        return "unknown"
