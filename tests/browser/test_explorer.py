"""The explorers' one script, in a real browser and with Python's real answers: focus, keyboard, tabs, slow answers."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

import course.i18n
from course.explorers import explorer
from course.explorers.base import Explorer, Option, Panel, Select, State, View, one_of
from tongues import in_script, made_up

pytestmark = pytest.mark.browser

# A host as small as can be: `get`, `set`, `save_changes`, `on`, `off`, and a delay that a test can set.
HOST = """
const heard = {};
window.model = {
  state: {page: PAGE, state: {}, words: WORDS}, changes: {},
  get(key) { return this.state[key]; },
  set(key, value) { this.state[key] = value; this.changes[key] = value; },
  on(name, call) { (heard[name] ??= new Set()).add(call); },
  off(name, call) { heard[name]?.delete(call); },
  async save_changes() {
    const asked = this.changes.state; this.changes = {};
    window.asked.push(asked);
    await new Promise((go) => (window.hold ? window.held.push(go) : go()));
    if (window.silent) return;
    this.state.page = JSON.parse(await window.answer(JSON.stringify(asked)));
    for (const call of heard['change:page'] ?? []) call();
  },
};
window.asked = []; window.held = []; window.hold = false; window.silent = false;
window.letGo = () => { const some = window.held; window.held = []; some.forEach((go) => go()); };
const text = document.getElementById('module').textContent;
const module = await import(URL.createObjectURL(new Blob([text], {type: 'text/javascript'})));
window.show = (el) => module.default.render({model: window.model, el});
window.leave = window.show(document.getElementById('here'));
window.ready = true;
"""


class Fruits(Explorer):
    """A list to search, which an answer may shorten."""

    name = "fruits"
    title = "Fruits"
    start = {"fruit": "fig"}

    @staticmethod
    def clean(state: State, change: Any) -> State:
        return {"fruit": one_of(change.get("fruit"), ("fig", "plum", "pear", "acai"), state["fruit"])}

    @staticmethod
    def controls(state: State) -> list[Any]:
        names = [("fig", "Fig", "Soft"), ("plum", "Plum", "Hard"), ("pear", "Pear", "Hard"), ("acai", "Açaí", "Soft again")]
        return [Select("fruit", "Fruit", state["fruit"], [Option(*one) for one in names], search=True)]

    @staticmethod
    def view(state: State) -> View:
        return View(f"A <strong>{state['fruit']}</strong>", "kinds", [Panel("one", "One", "<p>x</p>")], ["S"])


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an explorer on a bare page; `live=False` leaves the static page alone."""
    pages: list[Page] = []

    def open_page(one: Explorer, *, live: bool = True, width: int = 1000) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 800})
        pages.append(page)
        page.set_default_timeout(20_000)
        page.problems = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]

        def answer(text: str) -> str:
            one.set_state({"state": json.loads(text)})
            return json.dumps(one.page)

        page.expose_function("answer", answer)
        host = HOST.replace("PAGE", json.dumps(one.page).replace("</", "<\\/")).replace("WORDS", json.dumps(one.words))
        script = f'<script type="module">{host}</script>' if live else ""
        page.set_content(
            f'<!doctype html><html lang="en"><style>{one._css}</style><body><div id="here">{one.static_html()}</div><div id="there"></div>'
            f'<script id="module" type="text/plain">{one._esm}</script>{script}'
        )
        if live:
            page.wait_for_function("window.ready")
        return page

    yield open_page
    for page in pages:
        assert page.problems == []  # type: ignore[attr-defined]
        page.close()


def finding(page: Page) -> Any:
    return page.locator(".explorer-finding").first


@pytest.mark.parametrize("name", ["sending-cost", "balance-sheet", "lifeline", "treaties", "good-practices"])
@pytest.mark.parametrize("width", [1000, 360])
def test_nothing_jumps_when_the_page_becomes_live(show: Callable[..., Page], name: str, width: int) -> None:
    """Is every part where it was before any kernel answered, and nothing wider than the page?"""
    one = explorer(name)
    boxes = "[...document.querySelectorAll('.explorer, .explorer-finding, .explorer-panel:not([hidden]), .control')].map((e) => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })"
    static, live = show(one, live=False, width=width), show(one, width=width)
    assert static.evaluate(boxes) == live.evaluate(boxes)
    assert live.evaluate("document.documentElement.scrollWidth") <= width
    expect(static.get_by_role("button", name="Start again")).to_be_disabled()
    expect(live.get_by_role("button", name="Start again")).to_be_enabled()


def test_a_slider_is_turned_by_keyboard_and_keeps_the_focus(show: Callable[..., Page]) -> None:
    """Do arrow keys on the slider change sentence and number field, with the focus where it was?"""
    page = show(explorer("sending-cost"))
    slider = page.get_by_role("slider", name="Amount sent each time")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(finding(page)).to_contain_text("Sending US$\u00a0230")
    expect(page.get_by_role("spinbutton", name="Amount sent each time")).to_have_value("230")
    expect(slider).to_be_focused()


def test_a_half_typed_number_is_left_alone_until_the_field_is_left(show: Callable[..., Page]) -> None:
    """Can one type "5000" digit by digit, and is it mended to the most that goes only afterwards?"""
    page = show(explorer("sending-cost"))
    field = page.get_by_role("spinbutton", name="Amount sent each time")
    field.fill("")
    field.press_sequentially("5000")
    expect(finding(page)).to_contain_text("Sending US$\u00a01,000")
    expect(field).to_have_value("5000")
    field.press("Tab")
    expect(field).to_have_value("1000")


def test_words_are_looked_for_after_a_pause_and_stay_as_typed(show: Callable[..., Page]) -> None:
    """Is one asked once for a whole word; does a space at its end stay while one types on; does Enter not wait; does the focus stay?"""
    page = show(explorer("good-practices"))
    field = page.get_by_role("searchbox", name="Look for words")
    field.press_sequentially("voucher ", delay=20)
    expect(finding(page)).to_contain_text("Practices found: ")
    assert [asked["words"] for asked in page.evaluate("window.asked")] == ["voucher "]
    expect(field).to_have_value("voucher ")
    expect(field).to_be_focused()
    field.press_sequentially("no-such-word")
    field.press("Enter")
    expect(finding(page)).to_contain_text("Practices found: 0 of ")
    field.fill("voucher ")
    field.press("Tab")
    expect(field).to_have_value("voucher")
    page.get_by_role("button", name="Start again").click()
    expect(field).to_have_value("")
    expect(finding(page)).not_to_contain_text("Practices found: ")


def test_words_typed_while_python_thinks_are_not_lost(show: Callable[..., Page]) -> None:
    """Taken back before the answer came: is it asked again for what stands there now?"""
    page = show(explorer("good-practices"))
    field = page.get_by_role("searchbox", name="Look for words")
    page.evaluate("window.hold = true")
    field.fill("voucher")
    page.wait_for_function("window.asked.length === 1")
    field.fill("")
    page.wait_for_timeout(500)
    page.evaluate("window.hold = false; window.letGo()")
    page.wait_for_function("window.asked.length === 2")
    expect(finding(page)).not_to_contain_text("Practices found: ")
    expect(field).to_have_value("")


def test_a_word_is_not_looked_for_while_it_is_composed(show: Callable[..., Page]) -> None:
    """Letters of an input method: is nothing asked before the word is chosen?"""
    page = show(explorer("good-practices"))
    field = page.get_by_role("searchbox", name="Look for words")
    field.evaluate("(one) => { one.value = 'hui'; one.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }")
    page.wait_for_timeout(500)
    assert page.evaluate("window.asked.length") == 0
    field.evaluate("(one) => { one.value = '会'; one.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); }")
    page.wait_for_function("window.asked.length === 1")
    assert page.evaluate("window.asked[0].words") == "会"


def test_a_plan_is_made_by_keyboard_from_its_gaps(show: Callable[..., Page]) -> None:
    """From an open domain to the practices that fill it, and into the plan: are the tabs turned, and is the focus never lost?"""
    page = show(explorer("good-practices"))
    page.get_by_role("tab", name="Your city’s plan").click()
    page.get_by_role("button", name="Find practices Families").press("Enter")
    expect(page.get_by_role("tab", name="Practices")).to_be_focused()
    expect(page.get_by_label("Domain", exact=True)).to_have_value("families")
    put = page.locator("#practice-neighbourhood-mothers button").first
    put.press("Enter")
    expect(put).to_have_attribute("aria-pressed", "true")
    expect(put).to_be_focused()
    expect(finding(page)).to_contain_text("Your plan of 4 practices")
    page.get_by_role("button", name="The cheapest plan that reaches every domain").click()
    expect(page.get_by_role("tab", name="Your city’s plan")).to_be_focused()
    expect(finding(page)).to_contain_text("reaches 11 of 11 domains")


def test_a_card_that_was_opened_stays_open_with_its_own_practice(show: Callable[..., Page]) -> None:
    """Is it the same practice that is open when others are filtered away, and nothing that took its place?"""
    page = show(explorer("good-practices"))
    page.locator("#practice-cnaim summary").click()
    page.get_by_label("Domain", exact=True).select_option("documents")
    expect(page.locator("#practice-anti-rumour-network")).to_have_count(0)
    expect(page.locator("#practice-cnaim details")).to_have_attribute("open", "")
    expect(page.locator(".practice details[open]")).to_have_count(1)
    page.get_by_label("Domain", exact=True).select_option("housing")
    expect(page.locator("#practice-cnaim")).to_have_count(0)
    expect(page.locator(".practice details[open]")).to_have_count(0)


def test_options_follow_the_choice(show: Callable[..., Page]) -> None:
    """Does another sender bring its own receivers, and the chosen option stay chosen?"""
    page = show(explorer("sending-cost"))
    page.get_by_label("From", exact=True).select_option("NZL")
    expect(finding(page)).to_contain_text("from New Zealand to Samoa")
    expect(page.get_by_label("From", exact=True)).to_have_value("NZL")
    expect(page.get_by_label("To", exact=True).locator("option")).to_have_count(12)
    page.get_by_label("To", exact=True).select_option("TON")
    expect(finding(page)).to_contain_text("to Tonga")


def test_tabs_work_by_arrow_keys_and_survive_an_answer(show: Callable[..., Page]) -> None:
    """Do arrows, Home and End move and open tabs, and does the open one stay open?"""
    page = show(explorer("sending-cost"))
    page.get_by_role("tab", name="Chart").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Money")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Money")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Chart")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    expect(finding(page)).to_contain_text("in 2011\u00a0Q1")
    expect(page.get_by_role("tabpanel", name="Table")).to_be_visible()
    expect(page.locator("[role=tab][tabindex='-1']")).to_have_count(3)


def test_only_one_request_is_on_its_way_and_the_latest_wins(show: Callable[..., Page]) -> None:
    """While Python thinks, are further turns gathered into one, and is no control thrown back meanwhile?"""
    page = show(explorer("sending-cost"))
    page.evaluate("window.hold = true")
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    page.get_by_label("From", exact=True).select_option("NZL")
    page.get_by_label("Quarter", exact=True).select_option("2015Q1")
    assert page.evaluate("window.asked.length") == 1
    page.evaluate("window.letGo()")
    page.wait_for_function("window.asked.length === 2")
    expect(finding(page)).to_contain_text("in 2011\u00a0Q1")
    expect(page.get_by_label("Quarter", exact=True)).to_have_value("2015Q1")
    expect(page.get_by_label("From", exact=True)).to_have_value("NZL")
    page.evaluate("window.hold = false; window.letGo()")
    expect(finding(page)).to_contain_text("from New Zealand")
    expect(finding(page)).to_contain_text("in 2015\u00a0Q1")
    assert page.evaluate("window.asked.length") == 2


def test_silence_is_told_and_can_be_ended(show: Callable[..., Page]) -> None:
    """Does a page without an answer say so, keep the last figure, and ask again when told to?"""
    page = show(explorer("sending-cost"))
    page.evaluate("window.silent = true")
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    expect(page.get_by_text("Working …")).to_be_visible()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=20_000)
    expect(finding(page)).to_contain_text("in 2020\u00a0Q3")
    page.evaluate("window.silent = false")
    again.click()
    expect(finding(page)).to_contain_text("in 2011\u00a0Q1")
    expect(again).to_have_count(0)


def test_the_new_finding_is_read_out_once(show: Callable[..., Page]) -> None:
    """Is the live region quiet at first, and then the new sentence without its tags?"""
    page = show(explorer("sending-cost"))
    voice = page.get_by_role("status")
    expect(voice).to_have_text("")
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    expect(voice).to_contain_text("Sending US$ 200 from Australia to Samoa cost US$ 39.96")


def test_suggestions_rows_and_start_again_are_buttons(show: Callable[..., Page]) -> None:
    """Do they set what they say, keep the focus, and does the reset return to the first page?"""
    page = show(explorer("sending-cost"))
    first = finding(page).inner_text()
    page.get_by_role("button", name="… and from Japan").click()
    expect(finding(page)).to_contain_text("from Japan to the Philippines")
    page.get_by_role("tab", name="Senders").click()
    other = page.get_by_role("button", name="Singapore", exact=True)
    other.focus()
    page.keyboard.press("Enter")
    expect(finding(page)).to_contain_text("from Singapore to the Philippines")
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(other).to_be_focused()
    page.get_by_role("button", name="Start again").click()
    expect(finding(page)).to_have_text(first)


def test_a_button_that_takes_itself_away_hands_the_focus_on(show: Callable[..., Page]) -> None:
    """Does the focus go to the first choice when a case is decided again, and to another suggestion when one was taken?"""
    page = show(explorer("case-clinic", issue="handing-over", norm="torture", application="risk", decision="breach"))
    page.get_by_role("button", name="Decide this case again").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".compare")).to_have_count(0)
    first = page.locator("[data-set=issue]").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    page.get_by_role("button", name="No court to ask").focus()
    page.keyboard.press("Enter")
    expect(finding(page)).to_contain_text("the rescue at sea")
    expect(page.get_by_role("button", name="The same facts, and two answers")).to_be_focused()


def test_notes_that_were_opened_stay_open(show: Callable[..., Page]) -> None:
    """Does an answer leave the reader's own opening alone?"""
    page = show(explorer("sending-cost"))
    page.get_by_text("How to read this").click()
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    expect(finding(page)).to_contain_text("2011")
    expect(page.locator("details.explorer-notes")).to_have_attribute("open", "")


def test_a_sheet_is_sorted_by_keyboard_and_compared(show: Callable[..., Page]) -> None:
    """Can one sort, weigh and compare without a mouse, and does the focus go to what opened?"""
    page = show(explorer("balance-sheet"))
    effect = page.get_by_role("group", name="The distance between richer and poorer households", exact=True)
    effect.get_by_role("radio", name="Positive").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(effect.get_by_role("radio", name="Negative")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(finding(page)).to_contain_text("leans negative by 2\u00a0points")
    expect(effect.get_by_role("radio", name="2")).to_be_focused()
    compare = page.get_by_role("button", name="Compare with the literature")
    compare.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tabpanel", name="Literature")).to_contain_text("Where you differ")
    expect(page.get_by_role("tab", name="Literature")).to_be_focused()
    page.get_by_role("tab", name="Balance").click()
    page.get_by_role("button", name="Hide the comparison").click()
    expect(page.get_by_role("tab", name="Literature")).to_have_count(0)


def test_the_finding_stays_in_sight_of_a_long_list(show: Callable[..., Page]) -> None:
    """Does the sentence stand at the lower edge while one sorts, and does it hide no field that has the focus?"""
    page = show(explorer("balance-sheet"), width=360)
    page.get_by_role("radio").nth(30).focus()
    page.wait_for_timeout(100)
    field = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
    box = finding(page).bounding_box()
    assert box is not None and box["y"] + box["height"] <= 801 and field <= box["y"]


def test_a_long_list_is_found_by_typing(show: Callable[..., Page]) -> None:
    """Does the field filter without accents, move by arrows, take with Enter, and give up with Escape?"""
    page = show(Fruits())
    field = page.get_by_role("combobox", name="Fruit")
    field.click()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option")).to_have_count(4)
    field.fill("aca")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.locator(".combo-group:visible")).to_have_text(["Soft again"])
    page.keyboard.press("Enter")
    expect(field).to_have_value("Açaí")
    expect(finding(page)).to_have_text("A acai")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_text("Pear")
    page.keyboard.press("Escape")
    expect(field).to_have_value("Açaí")
    field.fill("zzz")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(field).to_have_value("Açaí")
    field.click()
    page.get_by_role("option", name="Plum").click()
    expect(finding(page)).to_have_text("A plum")


def test_a_map_is_walked_by_arrow_keys(show: Callable[..., Page]) -> None:
    """Is a region of the map one stop for Tab, with arrows from tile to tile and Enter to choose?"""
    page = show(explorer("lifeline"))
    page.get_by_role("tab", name="Map").click()
    tiles = page.locator("[data-tiles]:visible")
    regions = tiles.get_by_role("group")
    expect(tiles.locator("[tabindex='0']")).to_have_count(regions.count())
    tiles.locator("[aria-pressed='true']").focus()
    before = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowLeft")
    after = page.evaluate("document.activeElement.textContent")
    assert after != before
    page.keyboard.press("Enter")
    pressed = tiles.locator("[aria-pressed='true']")
    expect(pressed).to_have_text(after)
    expect(pressed).to_be_focused()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")  # across the regions to the other edge of the map
    assert page.evaluate("document.activeElement.getBoundingClientRect().x") < page.viewport_size["width"] / 3  # type: ignore[index]
    expect(tiles.locator("[tabindex='0']")).to_have_count(regions.count())


def test_a_second_view_has_ids_of_its_own_and_follows(show: Callable[..., Page]) -> None:
    """Do two views of one explorer keep their labels apart and show the same state?"""
    page = show(explorer("sending-cost"))
    page.evaluate("void window.show(document.getElementById('there'))")
    ids = page.evaluate("[...document.querySelectorAll('.explorer :is(input, select, button, [role])')].map((e) => e.id).filter(Boolean)")
    assert len(ids) == len(set(ids))
    second = page.locator("#there")
    second.get_by_label("Quarter", exact=True).select_option("2011Q1")
    expect(second.locator(".explorer-finding")).to_contain_text("2011")
    expect(page.locator("#here .explorer-finding")).to_contain_text("2011")
    expect(page.locator("#here").get_by_label("Quarter", exact=True)).to_have_value("2011Q1")


def test_a_view_that_is_left_asks_no_more(show: Callable[..., Page]) -> None:
    """Does the clean-up take the view off the model?"""
    page = show(explorer("sending-cost"))
    page.evaluate("window.leave()")
    page.get_by_label("Quarter", exact=True).select_option("2011Q1")
    page.wait_for_function("window.model.state.page.state.quarter === '2011Q1'")
    expect(finding(page)).to_contain_text("in 2020\u00a0Q3")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sending-cost", "balance-sheet", "lifeline", "treaties"])
def test_text_stands_out_from_its_paper(browser: Browser, name: str, scheme: str) -> None:
    """Has every visible text a contrast of 4.5 to 1, on light and on dark paper?"""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1000, "height": 800})  # type: ignore[arg-type]
    one = explorer(name, **({"compare": True, "side.inequality": "negative"} if name == "balance-sheet" else {}))
    page.set_content(f'<!doctype html><html lang="en"><style>{one._css}</style><body>{one.static_html()}')
    page.evaluate("for (const e of document.querySelectorAll('.explorer [hidden]:not(span)')) e.hidden = false")
    page.evaluate("for (const e of document.querySelectorAll('.explorer details')) e.open = true")
    assert page.evaluate(FAINT) == []
    page.close()


FAINT = """() => {
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const dot = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parts = (text) => { dot.clearRect(0, 0, 1, 1); dot.fillStyle = text; dot.fillRect(0, 0, 1, 1); return [...dot.getImageData(0, 0, 1, 1).data]; };
  const paper = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('.explorer *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.getClientRects().length || e.closest('option, .unseen')) continue;
    const style = getComputedStyle(e);
    const ink = parts(e.namespaceURI.endsWith('svg') ? style.fill : style.color);
    const [a, b] = [light(ink.slice(0, 3)), light(paper(e).slice(0, 3))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${e.textContent.trim().slice(0, 40)} (${e.className.baseVal ?? e.className}) ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


# --- from right to left ---------------------------------------------------------------------------------------------


@pytest.fixture
def arabic(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python speaks Arabic, with made-up words; the page around the explorer stays an English one."""
    # a browser's answers come in a context of their own, so the language of the whole process is set
    monkeypatch.setattr(course.i18n, "_home", "ar")
    with made_up(monkeypatch, in_script("ar")):
        yield


def shown(page: Page, panel: str) -> None:
    page.locator(f"[data-tab={panel}]").click()
    expect(page.locator(f"[data-panel={panel}]")).to_be_visible()


TEXTS = """
(root) => [...document.querySelectorAll('.fig')].filter((svg) => svg.checkVisibility()).flatMap((svg) => {
  const sheet = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('tspan')].map((one) => {
    const box = one.getBoundingClientRect();
    return {text: one.textContent, css: one.parentNode.classList[0], left: box.left - sheet.left, right: sheet.right - box.right, top: box.top, bottom: box.bottom,
      from: box.left, to: box.right};
  });
})
"""


@pytest.mark.parametrize("width", [1000, 360])
@pytest.mark.parametrize(("name", "panels"), [("sending-cost", ["chart", "money", "others", "table"]), ("lifeline", ["chart", "map", "years"]), ("balance-sheet", ["balance"]), ("treaties", ["map", "record", "adds", "time"])])
def test_arabic_fits_the_page(arabic: None, show: Callable[..., Page], name: str, panels: list[str], width: int) -> None:
    """Is nothing wider than the page, no text of a picture outside of it or over another, in a page that runs from right to left?"""
    change = {"side.poverty": "positive", "weight.poverty": 3, "side.exports": "negative"} if name == "balance-sheet" else {}
    page = show(explorer(name, **change), width=width)
    assert page.evaluate("getComputedStyle(document.querySelector('.explorer')).direction") == "rtl"
    for panel in panels:
        shown(page, panel)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        texts = page.evaluate(TEXTS)
        assert bool(texts) == (panel in ("chart", "money", "balance", "time"))
        for one in texts:
            assert one["left"] > -2 and one["right"] > -2, one
        labels = [one for one in texts if one["css"] == "fig-label"]
        for number, a in enumerate(labels):
            for b in labels[number + 1 :]:
                across, down = min(a["to"], b["to"]) - max(a["from"], b["from"]), min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
                assert across <= 1 or down <= 7, (a, b)  # a line's box is higher than its letters


def test_bars_start_at_the_readers_side_and_time_does_not_turn(arabic: None, show: Callable[..., Page]) -> None:
    """Do bars end at the right edge with their values at the left of them, while years and the world stay as they are?"""
    page = show(explorer("sending-cost"))
    xs = "(css) => [...document.querySelectorAll(css)].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())"
    ticks = [box for box in page.evaluate(TEXTS) if box["css"] == "fig-tick" and "20" in box["text"] and "%" not in box["text"]]
    assert [one["from"] for one in ticks] == sorted(one["from"] for one in ticks) and len(ticks) > 3
    shown(page, "money")
    bars, values = page.evaluate(xs, ".fig-bar"), page.evaluate(xs, ".fig-value")
    assert len({round(bar["right"]) for bar in bars}) == 1 and len({round(bar["left"]) for bar in bars}) > 1
    assert all(value["right"] < bar["left"] + 1 for bar, value in zip(bars, values, strict=True))
    page = show(explorer("lifeline"))
    shown(page, "map")
    usa, australia = (page.locator(f".tile[data-value='\"{code}\"']").bounding_box() for code in ("USA", "AUS"))
    assert usa and australia and usa["x"] < australia["x"]
    legend = page.evaluate(xs, ".tilemap-legend li")
    assert legend[0]["right"] > legend[1]["right"]


def test_turns_answers_and_words_are_arabic(arabic: None, show: Callable[..., Page]) -> None:
    """Does the left arrow go to the next tab, an answer come in Arabic, and the page's own words too?"""
    page = show(explorer("sending-cost"))
    page.locator("[data-tab=chart]").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-tab=money]")).to_be_focused()
    page.evaluate("window.silent = true")
    page.locator("[data-key=sender]").select_option("NZL")
    expect(page.locator("[data-part=status]")).to_contain_text(in_script("ar")("Working …"))
    page.evaluate("window.silent = false")
    expect(page.locator("[data-part=status] button")).to_have_text(in_script("ar")("Try again"), timeout=20_000)
    page.locator("[data-part=status] button").click()
    expect(finding(page)).to_contain_text("نيوزيلندا")
