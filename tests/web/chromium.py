"""A real Chromium that can reach loopback only, and what it complained of and asked for."""

import json
import shutil
import tempfile
from contextlib import contextmanager

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
DESKTOP, PHONE = (1280, 800), (390, 844)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed; install them to test the pages"
)


@contextmanager
def browser(size=DESKTOP):
    """A browser window of a size; its profile is thrown away."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 500}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            driver.set_script_timeout(60)
            yield driver
        finally:
            driver.quit()


def complaints(driver) -> list[str]:
    """Everything in the console."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver) -> list[str]:
    """Every address the pages asked for since the last call."""
    asked = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return asked


LAYOUT = """
const wrong = [], seen = e => {
  if (e.closest('details:not([open])') && !e.closest('summary')) return false;
  if (e.closest('.sr, .skip, datalist, option, noscript')) return false;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return box.width > 0 && box.height > 0 && style.visibility !== 'hidden' && style.display !== 'none';
};
const wide = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > wide) wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${wide}`);
const inScroll = e => e.closest('.scroll');
for (const e of document.querySelectorAll('body *')) {
  if (!seen(e) || inScroll(e) || e.closest('svg')) continue;
  const box = e.getBoundingClientRect();
  if (box.right > wide + 1 || box.left < -1) wrong.push(`cut off: ${e.tagName} ${e.className} ${Math.round(box.left)}..${Math.round(box.right)}`);
}
const texts = [...document.querySelectorAll('body *')].filter(e => seen(e) && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
for (const e of texts) {
  const svg = e.closest('svg');
  const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
  const size = parseFloat(getComputedStyle(e).fontSize) * scale;
  if (size < 11.95 && e.tagName !== 'title' && e.tagName !== 'desc') wrong.push(`small text ${size.toFixed(1)} px: ${e.textContent.trim().slice(0, 40)}`);
}
const boxes = [...document.querySelectorAll('h1, h2, h3, .lead, .card, button, .button, select, input, label, nav li, figcaption')]
  .filter(e => seen(e) && !inScroll(e));
for (let i = 0; i < boxes.length; i++) for (let k = i + 1; k < boxes.length; k++) {
  const a = boxes[i], b = boxes[k];
  if (a.contains(b) || b.contains(a)) continue;
  const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
  const across = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
  if (across > 2 && down > 2) wrong.push(`overlap ${across.toFixed(0)}x${down.toFixed(0)}: ${a.tagName} '${a.textContent.trim().slice(0, 25)}' / ${b.tagName} '${b.textContent.trim().slice(0, 25)}'`);
}
for (const e of document.querySelectorAll('button, a.button, h1, h2, summary')) {
  if (seen(e) && !inScroll(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).display !== 'inline') wrong.push(`text runs out of ${e.tagName} '${e.textContent.trim().slice(0, 30)}'`);
}
return [...new Set(wrong)];
"""
"""What is wrong with the layout of the page that is open, in words; empty when nothing is."""

NAMELESS = """
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], svg[role=img]')]
  .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim() || (e.getAttribute('aria-labelledby') || '').split(' ').some(id => document.getElementById(id)?.textContent.trim())))
  .map(e => e.outerHTML.slice(0, 120));
"""
"""Controls and figures without a name for a screen reader."""


def barriers(driver) -> list[str]:
    """What axe-core finds wrong with the page that is open, for those who cannot see it or use a mouse."""
    from importlib.resources import files

    driver.execute_script((files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8"))
    return driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.flatMap("
        "v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 120)}`))))"
    )


def set_theme(driver, theme) -> None:
    """Ask for light or dark colours, as a system does."""
    wanted = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
