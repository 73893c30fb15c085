from .test_stage_screens import *
from .test_stage_screens import stage, assets
from .conftest import *
def test_look(stage):
    page,mocked=stage
    page.watch.allow("figure|voice")
    for seq in (["slow","hold"],["set","hold"],["rest","hold"],["slow","rest"],["hold"]):
        for n in seq:
            mocked.show(*SCREENS[n],"zh"); page.wait_for_timeout(700)
        print(seq, repr(page.evaluate(f"{ROOT}.querySelector('[data-test=caption]').textContent")))
