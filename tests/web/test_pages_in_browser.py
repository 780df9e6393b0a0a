"""The pages in a real browser: nothing from outside, an empty console, a legible layout, keyboard, links, two visitors."""

import re
import urllib.parse

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

from oilplan.web.seminar_play import N_MOVES

pytestmark = [pytest.mark.browser, needs_chromium]
END = "/seminar?world=7&moves=" + "-".join(["PFF"] * N_MOVES)
PAGES = {
    "first screen": "/",
    "story": "/story",
    "help": "/help",
    "about": "/about",
    "map room": "/map?bc=portal&from=1944-09&day=1944-11-02",
    "argument": "/argument#C14",
    "record": "/record",
    "table": "/record/raids?q=leuna",
    "page to read": "/read",
    "seminar, start": "/seminar",
    "seminar, a month": "/seminar?world=7&moves=PFF-EPF-PFF-PFF-PFF",
    "seminar, the end": END,
}
SIZES = {"desktop": DESKTOP, "phone": PHONE}
WAIT_S = 60


def until(driver, condition, what):
    """What the condition gives once it holds; a page that is replaced while the condition reads it is read again."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    replaced = (NoSuchElementException, StaleElementReferenceException)
    wait = WebDriverWait(driver, WAIT_S, poll_frequency=0.1, ignored_exceptions=replaced)
    return wait.until(lambda _: condition(), f"waited in vain: {what}")


def settled(driver):
    until(
        driver,
        lambda: driver.execute_script("return document.body.dataset.state") == "settled",
        "the map room to settle",
    )


def open_page(driver, url):
    driver.get(url)
    if urllib.parse.urlsplit(url).path == "/map":
        settled(driver)


@pytest.fixture(scope="module", params=list(SIZES))
def sized(request):
    with browser(SIZES[request.param]) as driver:
        yield driver


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_and_legible(sized, address, name):
    requests(sized), complaints(sized)
    open_page(sized, address + PAGES[name])
    assert complaints(sized) == []
    outside = [u for u in requests(sized) if not u.startswith((address, "data:", "blob:"))]
    assert outside == []
    assert sized.execute_script(LAYOUT) == []
    assert sized.execute_script(NAMELESS) == []


def test_all_that_opens_is_legible_when_it_is_open(sized, address):
    for name in ("map room", "table", "seminar, a month"):
        open_page(sized, address + PAGES[name])
        sized.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
        assert sized.execute_script(LAYOUT) == [], name


def test_the_checks_of_layout_find_what_is_wrong(sized, address):
    """The same checks on a page that was spoiled on purpose."""
    open_page(sized, address + "/record")
    sized.execute_script(
        "document.querySelector('h1').style.fontSize = '9px';"
        "document.querySelector('.lead').style.cssText = 'position:relative;top:-30px;width:3000px;max-width:none';"
    )
    wrong = " ".join(sized.execute_script(LAYOUT))
    assert "small text" in wrong and "overlap" in wrong and "cut off" in wrong and "scrolls sideways" in wrong


def test_a_link_opens_the_same_view(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    with browser() as driver:
        open_page(driver, address + "/map")
        Select(driver.find_element(By.ID, "bc")).select_by_value("harris")
        settled(driver)
        driver.execute_script(
            "const d = document.getElementById('day'); d.value = 215; d.dispatchEvent(new Event('input'));"
            "d.dispatchEvent(new Event('change'));"
        )
        until(
            driver, lambda: "bc=harris" in driver.current_url and "day=1944-11-02" in driver.current_url, "the address"
        )
        link, view = driver.current_url, _view(driver)
    with browser() as other:
        open_page(other, link)
        assert _view(other) == view
        assert "Harris" in other.find_element(By.CSS_SELECTOR, "#bc option:checked").text


def _view(driver):
    from selenium.webdriver.common.by import By

    text = [driver.find_element(By.ID, i).text for i in ("said", "numbers", "date", "today")]
    fills = driver.execute_script(
        "return [...document.querySelectorAll('#map-holder [data-plant]')].map(c => c.getAttribute('fill'))"
    )
    return text, fills


def test_two_visitors_at_once_do_not_see_each_others_choices(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    with browser() as one, browser() as two:
        for driver in (one, two):
            open_page(driver, address + "/map")
        before = _view(two)
        Select(one.find_element(By.ID, "bc")).select_by_value("portal")
        settled(one)
        until(
            one,
            lambda: "Bomber Command goes for oil" in one.find_element(By.ID, "said").text,
            "the first visitor's result",
        )
        assert _view(two) == before and "bc=as_ordered" in two.current_url
        two.refresh()
        settled(two)
        assert _view(two) == before


def test_the_map_room_is_worked_with_the_keyboard_alone(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser() as driver:
        open_page(driver, address + "/map?day=1944-05-12")
        reached = []
        for _ in range(60):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            reached.append(driver.switch_to.active_element.get_attribute("id"))
        assert {"play", "day", "from", "bc", "e8", "f15", "again", "copy", "report"} <= set(reached)
        driver.find_element(By.ID, "day").send_keys(Keys.ARROW_RIGHT)
        assert "13 May 1944" in driver.find_element(By.ID, "date").text
        play = driver.find_element(By.ID, "play")
        play.send_keys(Keys.SPACE)
        until(driver, lambda: "13 May" not in driver.find_element(By.ID, "date").text, "the days to run")
        play.send_keys(Keys.SPACE)
        assert play.get_attribute("aria-pressed") == "false"
        driver.find_element(By.ID, "bc").send_keys("oil before")
        until(driver, lambda: "Bomber Command goes for oil" in driver.find_element(By.ID, "said").text, "the result")
        share = driver.find_element(By.ID, "bc_share")
        share.send_keys(Keys.ARROW_LEFT)
        until(
            driver, lambda: "90 percent of those tons" in driver.find_element(By.ID, "said").text, "the slider's result"
        )
        assert "bc_share=90" in driver.current_url and complaints(driver) == []


def test_a_bad_file_is_refused_in_a_sentence(address, tmp_path):
    from selenium.webdriver.common.by import By

    bad = tmp_path / "scan.bin"
    bad.write_bytes(bytes(range(256)) * 40)
    with browser() as driver:
        driver.get(address + "/read")
        driver.find_element(By.ID, "files").send_keys(str(bad))
        driver.find_element(By.CSS_SELECTOR, "form.paste button").click()
        stated = until(driver, lambda: driver.find_element(By.CSS_SELECTOR, "[role=alert]").text, "the refusal")
        assert "scan.bin is binary" in stated and str(tmp_path) not in stated


def test_a_passage_is_read_and_its_layout_holds(sized, address):
    from selenium.webdriver.common.by import By

    sized.get(address + "/read")
    sized.find_element(By.ID, "text").send_keys("On 12 May 1944 the Eighth Air Force attacked Leuna with 224 bombers.")
    sized.find_element(By.CSS_SELECTOR, "form.paste button").click()
    assert "Leuna" in until(sized, lambda: sized.find_element(By.CSS_SELECTOR, ".reading").text, "the reading")
    assert sized.execute_script(LAYOUT) == []


def test_the_argument_shows_a_verdict_with_what_it_rests_on(address):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        driver.get(address + "/argument#C14")
        card = '[data-claim="C14"]'
        until(
            driver,
            lambda: driver.find_element(By.CSS_SELECTOR, card).get_attribute("data-outcome") != "being weighed",
            "C14",
        )
        text = driver.find_element(By.CSS_SELECTOR, card).get_attribute("textContent")
        assert "What would change it" in text and "plants: leuna" in text
        assert complaints(driver) == []


def test_the_tally_says_of_how_many_claims_it_is(address):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        driver.get(address + "/argument")
        script = """const tally = document.getElementById("tally");
            const now = () => tally.textContent;
            tell({a: "well_supported"}); const begun = now();
            tell(Object.fromEntries([...Array(Number(tally.dataset.claims)).keys()].map(n => [n, "open_measured"])));
            return [begun, now(), tally.dataset.claims];"""
        begun, done, of = driver.execute_script(script)
        assert begun == f"1 well supported so far, of {of}."
        assert done == f"{of} open, measured."
        lead = driver.find_element(By.CSS_SELECTOR, "p.lead").text
        assert "P stands beside each grade." in lead


def test_rows_are_picked_and_marked_in_the_record(address):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        driver.get(address + "/record/letters")
        driver.find_element(By.CSS_SELECTOR, "option[value=recalled]").click()
        driver.find_element(By.CSS_SELECTOR, ".filters button").click()
        until(driver, lambda: "known=recalled" in driver.current_url, "the picked rows")
        rows = until(
            driver, lambda: [r.text for r in driver.find_elements(By.CSS_SELECTOR, "table.rows tbody tr")], "rows"
        )
        assert all("marked" in r for r in rows)


def test_a_seminar_is_played_and_its_link_reproduces_it(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser() as driver:
        driver.get(address + "/seminar")
        world = driver.find_element(By.ID, "world")
        world.clear()
        world.send_keys("7", Keys.ENTER)
        for month in ("1 May 1944", "1 June 1944"):
            until(driver, lambda m=month: m in driver.find_element(By.TAG_NAME, "h1").text, month)
            driver.find_element(By.ID, "bc").send_keys("oil before")
            driver.find_element(By.CSS_SELECTOR, "form.choose button").send_keys(Keys.ENTER)
        until(driver, lambda: "1 July 1944" in driver.find_element(By.TAG_NAME, "h1").text, "July")
        link, shown = driver.current_url, driver.find_element(By.ID, "main").text
        assert re.search(r"moves=PFF-PFF$", link)
    with browser() as other:
        other.get(link)
        assert other.find_element(By.ID, "main").text == shown


def test_figures_are_saved_as_svg_png_and_csv(address, tmp_path):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
        open_page(driver, address + PAGES["map room"])
        for button in driver.find_elements(By.CSS_SELECTOR, '[data-figure="output"] .saves button')[:3]:
            button.click()
        wanted = {"output.svg", "output.png", "output.csv"}
        until(driver, lambda: wanted <= {p.name for p in tmp_path.iterdir()}, "the files")
        assert (tmp_path / "output.svg").read_text().startswith("<svg")
        assert (tmp_path / "output.png").read_bytes().startswith(b"\x89PNG")
        rows = [r for r in (tmp_path / "output.csv").read_text().splitlines() if not r.startswith("# ")]
        assert rows[0].startswith("month,output_recorded_low_t") and len(rows) == 14


def test_a_saved_report_opens_by_itself(address, tmp_path):
    import urllib.request

    for k, view in enumerate(
        ("/report/map?bc=portal&from=1944-09", "/report/seminar?" + END.split("?")[1], "/report/record/letters")
    ):
        with urllib.request.urlopen(address + view) as answer:
            (tmp_path / f"{k}.html").write_bytes(answer.read())
    with browser() as driver:
        for k in range(3):
            requests(driver)
            driver.get((tmp_path / f"{k}.html").as_uri())
            assert complaints(driver) == []
            assert [u for u in requests(driver) if not u.startswith("file:")] == []
            assert driver.execute_script("return document.styleSheets.length") == 1
            for theme in ("light", "dark"):
                set_theme(driver, theme)
                assert barriers(driver) == [], (k, theme)
