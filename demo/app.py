"""The public demonstration in a browser. Composition only: no rule and no threshold.

An embedded database in a temporary folder with a made-up site, a server on this computer, and
a page that works with the visitor's own camera, without one, and with a clip. Nothing is left
when it ends. Run it with ``make demo``.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import webbrowser
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from socket import socket
from typing import Final

from aicoach.adapters.store import Store
from aicoach.demo_site import last_full_day, write_site
from aicoach.demo_site.keys import DemoKeys, enrol, open_site
from aicoach.errors import CoachError
from aicoach.web.premises import Conduct, open_premises
from aicoach.web.server import create_server
from aicoach.web.serving import Address, listen, serve

RESIDENTS: Final = 6
WEEKS: Final = 4
SEED: Final = 1
PORT: Final = 7860
NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


def main() -> int:
    """Make the site, serve it, open the browser."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the folder is removed then, too
    now = datetime.now(timezone.utc)
    print("aicoach: making a small site of made-up residents ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="aicoach-demo-") as folder:
        store = Store(str(Path(folder) / "demo.sqlite3"), folder=Path(folder) / "waiting")
        store.open()
        try:
            until = last_full_day(now)
            write_site(store, residents=RESIDENTS, weeks=WEEKS, seed=SEED, until=until)
            keys = open_site(store, now)
            enrol(store, keys)
            with suppress(KeyboardInterrupt):
                run(store, keys, asked.port, browser=not asked.no_browser)
        finally:
            store.close()
    return 0


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description="The coach in a browser, with made-up residents.")
    parser.add_argument("--port", type=int, default=PORT, help=f"[{PORT}]; 0: any that is free")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    return parser.parse_args()


def run(store: Store, keys: DemoKeys, port: int, *, browser: bool) -> None:
    """Serve until Ctrl-C."""
    shown = {
        "cabin_resident": keys.cabin_resident, "pin": keys.pin, "home": keys.logins["home"],
        "clinician": keys.logins["clinician"], "staff": keys.logins["staff"],
        "site_admin": keys.logins["site_admin"], "system_admin": keys.logins["system_admin"],
        "family": keys.logins["family"], "password": keys.password,
    }  # fmt: skip
    conduct = Conduct(
        mode="home", cabin=keys.cabin, demonstration=True, names=NAMES, shown_keys=shown
    )
    address = Address(host="127.0.0.1", port=port)
    with listening_at(address) as line:
        url = address.at(line.getsockname()[1]).url
        app = create_server(open_premises(store, conduct))
        print(f"\n  {url}\n")
        for name, value in shown.items():
            print(f"  {name.replace('_', ' '):24} {value}")
        print("\nCtrl-C ends it, and everything in it is forgotten.", flush=True)
        if browser:
            threading.Timer(1.0, webbrowser.open, (url,)).start()
        serve(app, address, line)


def listening_at(address: Address) -> socket:
    """The wanted port, or any that is free when another program has it."""
    try:
        return listen(address)
    except CoachError:
        return listen(address.at(0))


if __name__ == "__main__":
    sys.exit(main())
