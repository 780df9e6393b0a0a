"""The seminar, the record and the two directives in a real browser: both sizes, light and dark, keyboard alone, axe-core."""

import httpx
import pytest
from chromium import (
    DESKTOP,
    LAYOUT,
    NAMELESS,
    PHONE,
    barriers,
    browser,
    complaints,
    needs_chromium,
    requests,
    set_theme,
)

from oilplan.record import load_record
from oilplan.web.seminar_play import N_MOVES

pytestmark = [pytest.mark.browser, needs_chromium]
RECORD = load_record()
PAGES = {
    "seminar, start": "/seminar",
    "seminar, a month": "/seminar?world=7&moves=PFF-EPF-PTF",
    "seminar, Harris": "/seminar?role=harris&world=7&moves=T-H",
    "seminar, Speer": "/seminar?role=speer&world=7&moves=A-O",
    "seminar, the end": "/seminar?role=harris&world=7&moves=" + "-".join(["T"] * N_MOVES),
    "for teachers": "/seminar/teacher",
    "sheet": "/seminar/handout",
    "search": "/search?q=aviation+gasoline",
    "plant": "/plant/leuna",
    "work": "/source/ehlers2009",
    "row": "/row/output/1944-05_aviation_gasoline",
    "table": "/record/raids?q=leuna",
    "two directives": "/fly",
    "JSON": "/api",
    "one claim": "/claim/C14",
    "the loss": "/attribute",
}
WAIT_S = 60
MOST_PHONE_PX = 10_000


def until(driver, condition, what):
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    replaced = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(driver, WAIT_S, 0.1, replaced).until(lambda _: condition(), f"waited in vain: {what}")


@pytest.fixture(scope="module", params=["desktop", "phone"])
def sized(request):
    with browser({"desktop": DESKTOP, "phone": PHONE}[request.param]) as driver:
        yield driver


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_legible_and_without_barrier_in_light_and_dark(sized, address, name):
    _holds(sized, address, PAGES[name])


def test_a_class_board_with_plays_holds_too(sized, address):
    with httpx.Client(base_url=address, follow_redirects=True) as class_:
        path = class_.post("/seminar/board", data={"title": "Class 10b", "world": "7"}).url.path
        for name, role, aim, moves in (
            ("Ada", "harris", "cities", "-".join(["T"] * N_MOVES)),
            ("Maximilian_von_Langenname", "speer", "", "O-A"),
        ):
            handed_in = {"name": name, "role": role, "aim": aim, "moves": moves}
            assert name in class_.post(path, data=handed_in, timeout=WAIT_S).text
    _holds(sized, address, path)


def _holds(sized, address, path):
    for theme in ("light", "dark"):
        set_theme(sized, theme)
        requests(sized), complaints(sized)
        sized.get(address + path)
        assert complaints(sized) == [], theme
        assert [u for u in requests(sized) if not u.startswith((address, "data:", "blob:"))] == []
        assert sized.execute_script(LAYOUT) == [], theme
        assert sized.execute_script(NAMELESS) == []
        sized.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
        assert barriers(sized) == [], theme


def test_axe_core_finds_what_is_wrong(sized, address):
    sized.get(address + "/seminar/teacher")
    sized.execute_script(
        "document.querySelector('label[for=title]').remove(); document.documentElement.removeAttribute('lang')"
    )
    assert {line.split(":")[0] for line in barriers(sized)} >= {"label", "html-has-lang"}


def test_every_table_shows_its_columns_its_source_and_how_each_row_is_known_at_1280(address):
    with browser(DESKTOP) as driver:
        for table in RECORD.tables:
            driver.get(f"{address}/record/{table}")
            right = driver.execute_script(
                "const s = document.querySelector('.scroll'), last = document.querySelector('td.known');"
                "return [s.scrollWidth - s.clientWidth, last.getBoundingClientRect().right - innerWidth]"
            )
            assert right[0] <= 1 and right[1] <= 0, (table, right)


def test_long_lists_are_folded_on_a_phone_until_all_are_asked_for(address):
    from selenium.webdriver.common.by import By

    shown = "return [...document.querySelectorAll('table.rows tbody tr')].filter(r => r.getClientRects().length).length"
    with browser(PHONE) as driver:
        for page in ("/plant/leuna", "/source/ehlers2009", "/record/raids"):
            driver.get(address + page)
            assert driver.execute_script("return document.documentElement.scrollHeight") < MOST_PHONE_PX, page
        assert driver.execute_script(shown) == 20
        driver.find_element(By.CSS_SELECTOR, 'label[for="all-rows"]').click()
        assert driver.execute_script(shown) == 100
        driver.get("about:blank")
        driver.get(address + "/record/raids#" + list(RECORD.rows("raids"))[60])
        assert driver.execute_script(shown) == 21


def test_a_play_is_begun_ordered_and_handed_in_with_the_keyboard_alone(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser(DESKTOP) as driver:
        driver.get(address + "/seminar/teacher")
        tab_to(driver, "title").send_keys("Class 9", Keys.ENTER)
        board = until(driver, lambda: "/seminar/board/" in driver.current_url and driver.current_url, "the board")
        driver.get(driver.find_element(By.CSS_SELECTOR, ".lead a").get_attribute("href"))
        tab_to_text(driver, "Begin in May 1944").send_keys(Keys.ENTER)
        until(driver, lambda: "1 May 1944" in driver.find_element(By.TAG_NAME, "h1").text, "May")
        tab_to(driver, "bc").send_keys("oil before", Keys.TAB)
        tab_to_text(driver, "Fly May 1944").send_keys(Keys.ENTER)
        until(driver, lambda: "1 June 1944" in driver.find_element(By.TAG_NAME, "h1").text, "June")
        tab_to(driver, "name").send_keys("Ada", Keys.ENTER)
        until(driver, lambda: driver.current_url == board, "the board again")
        assert "Ada" in driver.find_element(By.CSS_SELECTOR, "tbody").text
        assert complaints(driver) == []


def test_a_directive_is_written_refused_with_its_line_and_flown_with_the_keyboard_alone(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser(DESKTOP) as driver:
        driver.get(address + "/fly?a=portal&b=as_ordered&from=1945-01")
        box = tab_to(driver, "text-a")
        box.send_keys(Keys.CONTROL, Keys.END)
        box.send_keys("raid_t = -5\n")
        tab_to_text(driver, "Check and fly both").send_keys(Keys.ENTER)
        stated = until(driver, lambda: driver.find_element(By.CSS_SELECTOR, "[role=alert]").text, "the refusal")
        assert "line 6, phases.1.raid_t: came -5" in stated
        box = tab_to(driver, "text-a")
        box.send_keys(Keys.CONTROL, Keys.END)
        box.send_keys(Keys.BACKSPACE * 3, "300\n")
        tab_to_text(driver, "Check and fly both").send_keys(Keys.ENTER)
        until(driver, lambda: "of 100 worlds" in driver.find_element(By.ID, "came").text, "the result")
        assert driver.execute_script(LAYOUT) == []


def test_the_sheet_prints_on_few_pages_without_the_frame(address):
    with browser(DESKTOP) as driver:
        driver.get(address + "/seminar/handout")
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        shown = "return ['.top', 'footer', '.crumb'].filter(s => document.querySelector(s)?.getClientRects().length)"
        assert driver.execute_script(shown) == []
        pdf = driver.execute_cdp_cmd(
            "Page.printToPDF", {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69}
        )
        assert 0 < count_pages(pdf["data"]) <= 2


def count_pages(pdf: str) -> int:
    import base64
    import re

    return len(re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(pdf)))


def tab_to(driver, ident):
    """The control of an id, reached with the tab key."""
    return _tabbed(driver, lambda e: e.get_attribute("id") == ident, ident)


def tab_to_text(driver, words):
    """The button or link with some words, reached with the tab key."""
    return _tabbed(driver, lambda e: e.text == words, words)


def _tabbed(driver, is_it, what):
    from selenium.webdriver.common.keys import Keys

    for _ in range(120):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if is_it(driver.switch_to.active_element):
            return driver.switch_to.active_element
    pytest.fail(f"the tab key does not reach {what}")
