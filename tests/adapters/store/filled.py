"""A store in which a resident has everything that there can be, and another one beside."""

from __future__ import annotations

from typing import Final

from aicoach.access import console_actor
from aicoach.adapters.store import Store
from aicoach.adapters.store.accounts import add_account, issue_card, set_password
from aicoach.adapters.store.consents import give
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.people import Account, Message, PlanVersion, Resident, Review, Site
from aicoach.pose import PoseTrack

NAME: Final = "欧阳慧敏Ouyang"
NOTE: Final = "knee hurts since the fall in the garden"


def fill(store: Store, track: PoseTrack) -> Gate:
    """A resident with everything that there can be, and another one beside."""
    from .conftest import keep_session  # noqa: PLC0415 - which imports this

    gate = store.gate(console_actor("test"))
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone="Asia/Shanghai"))
    gate.add_resident(
        Resident(id="R-0001", site="site-1", name=NAME, birth_year=1950, time_zone="Asia/Shanghai")
    )
    gate.add_resident(Resident(id="R-00010", site="site-1", name="别人", time_zone="Asia/Shanghai"))
    staff = add_account(
        gate, Account(id="s-1", login="staff", name="s-1", role="staff", site="site-1",
                      resident="R-0001")
    )  # fmt: skip
    family = add_account(
        gate, Account(id="f-1", login="daughter", name="女儿", role="family", resident="R-0001")
    )
    set_password(gate, family, "correct horse battery")
    issue_card(gate, "R-0001")
    for kind in ("records", "keypoints"):
        give(gate, "R-0001", kind, given_by=NAME)
    said = {"active": True, "disease": None, "symptoms": False}
    answer_enrolment(gate, "R-0001", said, place="home")
    for resident in ("R-0001", "R-00010"):
        session = keep_session(store, resident, sets=1)
        store.shelf(Review).add(Review(session_id=session, account=staff.id, note=NOTE))
        store.shelf(Message).add(Message(resident=resident, sender=staff.id, text=NOTE))
        store.shelf(PlanVersion).add(
            PlanVersion(resident=resident, plan="steady", version=1, status="active",
                        kind="fitness", document={"resident": {"id": resident}})
        )  # fmt: skip
        if resident == "R-0001":
            store.keep_keypoints(session, track)
    store.shelf(Message).add(Message(resident="R-0001", sender=family.id, text=f"{NAME}, 加油"))
    return gate
