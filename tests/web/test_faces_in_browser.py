"""The story, the map and the argument in a real browser: by keyboard, without motion, without scripts, for everybody."""

import pytest
from chromium import DESKTOP, PHONE, barriers, browser, complaints, needs_chromium, requests, set_theme
from test_pages_in_browser import PAGES, open_page, until

pytestmark = [pytest.mark.browser, needs_chromium]
STORY = {"one claim": "/claim/C33", "the loss": "/attribute", "plant": "/plant/leuna"}
MOST_PHONE_PX = 8_000


def settled_story(driver, address):
    driver.get(address + "/story")
    until(driver, lambda: driver.execute_script("return document.body.dataset.state") == "settled", "the story")


@pytest.mark.parametrize(
    ("size", "colours"),
    [
        (DESKTOP, "light"),
        pytest.param(PHONE, "dark", marks=pytest.mark.slow),
        pytest.param(DESKTOP, "dark", marks=pytest.mark.slow),
        pytest.param(PHONE, "light", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_no_barrier_on_any_page(address, size, colours):
    with browser(size) as driver:
        set_theme(driver, colours)
        for name, page in (PAGES | STORY).items():
            open_page(driver, address + page)
            assert barriers(driver) == [], name
        driver.execute_script("document.querySelector('h1').outerHTML += '<img src=\"/static/mark.svg\">'")
        assert any("image-alt" in b for b in barriers(driver))


def test_the_story_is_told_by_the_keyboard_and_moves_the_map(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser() as driver:
        requests(driver)
        settled_story(driver, address)
        dates, fills = [], []
        titles = driver.find_elements(By.CSS_SELECTOR, ".step h2")
        assert 5 <= len(titles) <= 7
        for k in range(len(titles)):
            until(
                driver,
                lambda n=k: f"Step {n + 1} of" in driver.find_element(By.ID, "place").text and _arrived(driver),
                f"step {k + 1}",
            )
            dates.append(driver.find_element(By.ID, "story-date").text)
            fills.append(
                driver.execute_script(
                    "return [...document.querySelectorAll('#story-map circle')].map(c => c.getAttribute('fill')).join()"
                )
            )
            driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_RIGHT)
        assert len(set(dates)) == len(titles) and len(set(fills)) == len(titles)
        assert "1944" in dates[0] and dates[1] == "12 May 1944"
        assert complaints(driver) == [] and all(u.startswith((address, "data:", "blob:")) for u in requests(driver))


def _arrived(driver):
    return driver.execute_script(
        "const now = document.querySelector('.step.now');"
        "return now && document.getElementById('story-date').textContent === long(dayOf(now.dataset.day))"
    )


def test_a_side_that_is_picked_changes_chart_and_sentence(address):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        settled_story(driver, address)
        driver.execute_script("document.getElementById('sides').scrollIntoView()")
        until(driver, lambda: "Step 6" in driver.find_element(By.ID, "place").text, "the sides")
        before = driver.find_element(By.ID, "story-chart").get_attribute("innerHTML")
        driver.find_element(By.CSS_SELECTOR, "input[value=portal]").click()
        said = until(driver, lambda: driver.find_element(By.ID, "side-said").text, "the sentence")
        assert "goes for oil" in said and "percent less" in said
        assert driver.find_element(By.ID, "story-chart").get_attribute("innerHTML") != before


def test_without_motion_the_map_goes_to_a_step_at_once(address):
    with browser() as driver:
        still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": still})
        settled_story(driver, address)
        came = driver.execute_script("come(2); return document.getElementById('story-date').textContent")
        assert came == "30 September 1944"


def test_without_scripts_every_step_can_be_read(address):
    from selenium.webdriver.common.by import By

    with browser(PHONE) as driver:
        settled_story(driver, address)
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        driver.get(address + "/story")
        steps = driver.find_elements(By.CSS_SELECTOR, ".step")
        assert len(steps) >= 5 and all(s.is_displayed() and len(s.text) > 100 for s in steps)
        assert driver.find_elements(By.CSS_SELECTOR, "#story-map circle[data-plant]")
        assert not driver.find_element(By.ID, "on").is_displayed()


def test_map_and_chart_stand_on_one_screen_and_a_disc_opens_its_plant(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    with browser() as driver:
        open_page(driver, address + "/map")
        for figure in ("map-holder", "output-holder"):
            box = driver.find_element(By.ID, figure).rect
            assert box["height"] > 200 and box["y"] + box["height"] <= DESKTOP[1], figure
        names = driver.execute_script(
            "return [...document.querySelectorAll('#map-holder .wide-only a')].map(a => a.getAttribute('href'))"
        )
        assert len(names) == len(set(names)) > 20
        driver.find_element(By.CSS_SELECTOR, '#map-holder .wide-only a[href="/plant/leuna"]').send_keys(Keys.ENTER)
        until(driver, lambda: driver.current_url.endswith("/plant/leuna"), "the plant's page")


def test_a_grade_that_is_chosen_changes_what_is_shown(address):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    shown = "return [...document.querySelectorAll('.claim')].filter(c => c.offsetHeight).map(c => c.dataset.outcome)"
    with browser(PHONE) as driver:
        driver.get(address + "/argument")
        assert driver.execute_script("return document.documentElement.scrollHeight") < MOST_PHONE_PX
        every = driver.execute_script(shown)
        Select(driver.find_element(By.NAME, "verdict")).select_by_value("contradicted")
        some = driver.execute_script(shown)
        assert (
            0 < len(some) < len(every)
            and set(some) == {"contradicted"}
            and "verdict=contradicted" in driver.current_url
        )
        link = driver.current_url
        Select(driver.find_element(By.NAME, "verdict")).select_by_value("")
        assert driver.execute_script(shown) == every
        driver.get(link)
        assert driver.execute_script(shown) == some


def test_a_figure_says_how_to_cite_and_link_it_and_its_csv_names_its_works(address):
    from selenium.webdriver.common.by import By

    with browser() as driver:
        open_page(driver, address + "/map?bc=portal")
        driver.find_element(By.CSS_SELECTOR, '[data-figure=output] [aria-label^="Cite"]').click()
        fields = [
            i.get_attribute("value") for i in driver.find_elements(By.CSS_SELECTOR, "[data-figure=output] .cite input")
        ]
        assert len(fields) == 2 and "Aviation gasoline made" in fields[0] and "bc=portal" in fields[1]
        text = driver.execute_script(
            "const f = document.querySelector('[data-figure=output]'); return csvText(figureRows.output(), aboutFigure(f))"
        )
        about = [line for line in text.splitlines() if line.startswith("# ")]
        assert any("record" in line for line in about) and sum(line.startswith("# source: ") for line in about) > 3
        assert text.splitlines()[len(about)].startswith("month,")
