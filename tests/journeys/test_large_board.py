"""A board of six hundred people in a browser: waiting, leaving and returning, finding and changing by name."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.factories import RoundFactory, many_sign_ups, supervisor_of
from tests.journeys.walker import Walker
from tests.mailbox import deliver_all

from oppipari.organisation.models import PersonalLink
from oppipari.pairs.models import Board
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_again(walker: Walker) -> None:
    """Check a page that was checked before, in its new state."""
    walker.checked.clear()
    walker.check()


def answer_in_sight(walker: Walker) -> str:
    """The words of the answer, which must be wholly in the window wherever the page was scrolled to."""
    told = walker.page.locator("#answer .told")
    box, window = told.bounding_box(), walker.page.viewport_size
    assert box is not None
    assert window is not None
    assert 0 <= box["y"] <= box["y"] + box["height"] <= window["height"]
    return str(told.inner_text())


def press_in_place(walker: Walker, button: Any) -> None:
    """Press a button wherever it is; what one looks at must not move when the answer comes."""
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    with walker.page.expect_response(lambda r: r.request.method == "POST"):
        button.press("Enter")
    walker.page.locator("#answer .told").wait_for()
    walker.page.wait_for_timeout(200)
    assert button.bounding_box() == before


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_board_of_many(live_server: Any, new_page: Callable[..., Any], scripts: bool, width: int) -> None:
    round_ = RoundFactory(state=Round.State.PAIRING, odd_person="wait")
    person = supervisor_of(round_.unit, name="Ritva Salo", language="fi")
    many_sign_ups(round_, 600)
    boss = Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=set())
    boss.open(f"/link/{PersonalLink.make(person, PersonalLink.Kind.OWN)}/")
    boss.press("Kirjaudu")
    board = f"/rounds/{round_.pk}/pairs/"
    boss.open(board)
    boss.press("Ehdota pareja")
    boss.sees("Ehdotusta lasketaan")
    boss.sees("Odottaa vuoroaan.")
    look_again(boss)
    boss.open("/home/")  # one leaves, and is told where to return
    boss.press("Katso, miten pitkällä se on")
    boss.sees("Ehdotusta lasketaan")
    deliver_all()
    if scripts:  # the page that waits finds out by itself
        boss.page.get_by_text("todistettu").wait_for(timeout=8000)
        boss.check()
    else:
        boss.press("Katso, miten pitkällä se on")
    boss.sees("300 paria")
    boss.sees("Sivu 1/5")
    boss.sees_not("Ehdotusta lasketaan")
    look_again(boss)

    boss.fill("Etsi ihmisiä nimellä", "0123")
    boss.press("Etsi")
    boss.sees("Hakuun 0123 sopii 1 niistä.")
    assert boss.page.locator("#pairs ~ ul .names").count() == 1
    other = boss.page.locator("#pairs ~ ul .reasons li").first.inner_text()
    assert "Ihminen" in other

    field = boss.page.locator("#person-a")
    field.fill("")
    field.press_sequentially("ihminen 0200")
    if scripts:
        boss.page.locator("#people-found option").first.wait_for(state="attached", timeout=5000)
        assert boss.page.locator("#people-found option").count() == 1
        assert field.input_value() == "ihminen 0200"  # what one writes stays
    boss.page.locator("#person-b").fill("Ihminen 02")
    boss.press("Montako pistettä tämä pari maksaisi?")
    boss.sees("Hakuun Ihminen 02 sopii useampi ihminen")
    look_again(boss)
    boss.page.locator("#person-b-which").select_option(index=3)
    boss.press("Montako pistettä tämä pari maksaisi?")
    boss.sees("Ihminen 0200")
    assert Board.objects.get().version == 2  # asking changes nothing

    # The answer is in sight at the foot of the page too, and moves nothing.
    assert "Ihminen 0200" in answer_in_sight(boss)
    look_again(boss)
    page = boss.page
    if scripts:
        price = page.locator("#price")
        press_in_place(boss, price)
        assert page.evaluate("document.activeElement.id") == "price"
        assert "Ihminen 0200" in answer_in_sight(boss)
        page.locator("#answer-close").press("Enter")
        assert page.locator("#answer .told").count() == 0
        assert page.evaluate("document.activeElement.id") == "price"
        # Where the pressed button is gone, the answer has the focus.
        forbid = page.locator("#pairs ~ ul button[value^=forbid]").last
        forbid.press("Enter")
        page.locator("#answer .told[data-tone=success]").wait_for()
        page.wait_for_timeout(200)
        assert page.evaluate("document.activeElement.id") == "answer"
    else:
        page.locator("#pairs ~ ul button[value^=forbid]").last.click()
        page.wait_for_load_state("load")
        assert "eivät tule pariksi." in page.title()
        focused = page.locator(":target")
        assert focused.count() == 1
        assert "Ihminen" in focused.inner_text()
    assert "eivät tule pariksi." in answer_in_sight(boss)
    boss.page.locator("#answer-undo").press("Enter")
    boss.page.get_by_text("Kumottu: ").first.wait_for()
    assert "eivät tule pariksi." in answer_in_sight(boss)
