// The map room: controls to address, address to server, answer to figures.
"use strict";
const PLAY_MS = 110, MOVING_MS = 90;
const form = at("choices"), day = at("day");
let flown = null, arm = null, war = null, warAsked = "", asking = null, moving = 0, playing = 0;

const showFlown = () => document.querySelector('input[name="show"]:checked').value === "flown";
const query = () => new URLSearchParams(new FormData(form));

function address() {
  const words = query();
  words.set("day", iso(Number(day.value)));
  words.set("show", showFlown() ? "flown" : "choice");
  if (Number(at("world").value) > 1) words.set("world", at("world").value);
  return words;
}

function remember() {
  history.replaceState(null, "", "?" + address());
  at("report").href = "/report/map?" + address();
  at("toml").href = "/api/directive.toml?" + query();
}

async function ask(draws) {
  if (draws < 200 && asking?.preview) { asking.again = true; return; }
  asking?.abort();
  const mine = asking = new AbortController();
  mine.preview = draws < 200;
  document.body.dataset.state = "asking";
  const words = query();
  words.set("draws", draws);
  try {
    arm = await answer("/api/arm?" + words, mine.signal);
    if (asking === mine) asking = null;
    drawArm();
    tellState();
    if (mine.again && !asking) ask(50);
  } catch (error) {
    if (error.name === "AbortError") return;
    at("said").textContent = error.message;
    document.body.dataset.state = "failed";
  }
}

async function askWar() {
  if (showFlown()) { warAsked = ""; drawDay(); drawWar(); tellState(); return; }
  const words = query();
  words.set("world", at("world").value || "1");
  const mine = warAsked = words.toString();
  document.body.dataset.state = "asking";
  try {
    const got = await answer("/api/war?" + mine);
    if (mine !== warAsked) return;
    war = got;
    warAsked = "";
    drawDay();
    drawWar();
    tellState();
  } catch (error) { if (mine === warAsked) at("said").textContent = error.message; }
}

function tellState() {
  document.body.dataset.state = asking || warAsked ? "asking" : arm?.draws === 200 ? "settled" : "preview";
}

function drawWar() {
  for (const path of document.querySelectorAll("path.war")) {
    path.closest("svg").querySelector("g.war")?.setAttribute("visibility", !showFlown() && war ? "visible" : "hidden");
    const months = path.closest("[data-figure]")?.dataset.figure;
    const { left, step, zero, px } = path.dataset;
    const points = !showFlown() && war ? war.months[months] : null;
    path.setAttribute("d", points ? "M" + points.map((v, m) => `${(Number(left) + (m + 0.5) * step).toFixed(1)} ${(zero - v * px).toFixed(1)}`).join("L") : "");
  }
}

const current = () => showFlown() || !war ? flown : war;
const raidsOn = d => current().raids.filter(r => r[0] === d);
const differs = () => ["bc", "e8", "f15"].some(k => at(k).value !== "as_ordered") || at("repair").value !== "as_ordered";

function drawDay() {
  const d = Number(day.value);
  at("date").textContent = long(d);
  day.setAttribute("aria-valuetext", long(d));
  if (!flown) return;
  const raids = raidsOn(d);
  drawMap(at("map-holder"), flown.plants, current().share[d], raids);
  if (!playing) { listRaids(raids, d); listPlants(d); }
  moveCursors(d);
}

function listRaids(raids, d) {
  at("today-title").textContent = `${showFlown() || !war ? "Raids as flown" : `Raids of possible war ${war.world}`}, ${long(d)}`;
  const items = raids.sort((a, b) => b[3] - a[3]).map(([, force, plant, tons, known, row, table]) => {
    const item = document.createElement("li");
    item.append(`${FORCES[force][0]} on ${flown.plants[plant].name}: ${tons.toLocaleString("en")} t`);
    if (row) {
      const link = document.createElement("a");
      link.href = table === "raids" ? `/record/raids?where=row_id=${encodeURIComponent(row)}` : `/record/raid_calendar?where=${encodeURIComponent("date=" + iso(d))}`;
      link.textContent = known;
      item.append(" (", link, ")");
    }
    return item;
  });
  if (!items.length) { items.push(document.createElement("li")); items[0].textContent = "None on the oil system."; }
  at("today").replaceChildren(...items);
}

function listPlants(d) {
  const body = at("plants").tBodies[0];
  body.replaceChildren(...flown.plants.map((p, k) => {
    const row = document.createElement("tr");
    const cells = [p.name + (p.weak ? " ○" : ""), p.kind, p.capacity.toLocaleString("en"), `${flown.share[d][k]} %`, arm ? `${arm.share[d][k]} %` : ""];
    row.append(...cells.map((words, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (!i) cell.scope = "row";
      if (!i && p.placed) { const link = document.createElement("a"); link.href = `/plant/${encodeURIComponent(p.id)}`; link.textContent = words; cell.append(link); return cell; }
      if (i > 1) cell.className = "number";
      cell.textContent = words;
      return cell;
    }));
    return row;
  }));
}

function drawArm() {
  both(at("output-holder"), arm.figures.output);
  both(at("stock-holder"), arm.figures.stock);
  at("said").textContent = arm.said;
  at("command").textContent = arm.command;
  at("basis").textContent = `${arm.draws} possible wars, ${arm.basis}. Bands hold 90 of 100 of them: the unknowns, luck and weather, not the errors of the model itself. Points are recorded, hollow where recalled.`;
  at("numbers").replaceChildren(...arm.numbers.map(numberRow));
  drawWar();
  drawDay();
}

function numberRow(n) {
  const whole = v => (v === null ? "–" : Math.abs(v) >= 10 ? Math.round(v).toLocaleString("en") : v.toFixed(1));
  const box = document.createElement("div");
  const put = (tag, words, name) => { const e = document.createElement(tag); e.textContent = words; e.className = name; box.append(e); };
  put("div", `${n.label}, ${n.unit}`, "what");
  put("div", whole(n.chosen.median), "big");
  put("div", `${whole(n.chosen.p05)} to ${whole(n.chosen.p95)}`, "range");
  put("div", `history's orders ${whole(n.flown.median)} (${whole(n.flown.p05)} to ${whole(n.flown.p95)})`, "was");
  return box;
}

function choose(settled) {
  remember();
  for (const range of form.querySelectorAll("input[type=range]")) {
    form.querySelector(`output[for="${range.id}"]`).textContent = range.value;
    range.disabled = at(range.id.replace("_share", "")).value === "as_ordered";
  }
  clearTimeout(moving);
  moving = setTimeout(() => { ask(settled ? 200 : 50); if (settled) askWar(); }, settled ? 0 : MOVING_MS);
}

function play() {
  const on = !playing;
  at("play").setAttribute("aria-pressed", on);
  at("play").textContent = on ? "❚❚ Pause" : "▶ Play";
  if (!on) { clearInterval(playing); playing = 0; drawDay(); remember(); return; }
  if (Number(day.value) >= Number(day.max)) day.value = 0;
  const step = still() ? 30 : 1;
  playing = setInterval(() => {
    day.value = Number(day.value) + step;
    drawDay();
    if (Number(day.value) >= Number(day.max)) play();
  }, step > 1 ? 1500 : PLAY_MS);
}

function backToHistory() {
  for (const key of ["bc", "e8", "f15"]) { at(key).value = "as_ordered"; at(key + "_share").value = 100; at(key + "_share").disabled = false; }
  at("intel").value = "photographs";
  at("repair").value = "as_ordered";
  document.querySelector('input[name="show"][value="flown"]').checked = true;
  choose(true);
}

async function copyLink() {
  remember();
  try { await navigator.clipboard.writeText(location.href); at("copy").textContent = "Copied"; }
  catch { at("copy").textContent = "The address above is the link"; }
  setTimeout(() => { at("copy").textContent = "Copy link"; }, 2000);
}

function chosen(settled) {
  if (differs() && showFlown()) document.querySelector('input[name="show"][value="choice"]').checked = true;
  choose(settled);
}

form.addEventListener("input", e => { if (e.target.type === "range") chosen(false); });
form.addEventListener("change", () => chosen(true));
at("world").addEventListener("change", () => {
  at("world").value = Math.min(Math.max(Math.round(Number(at("world").value)) || 1, 1), Number(at("world").max));
  document.querySelector('input[name="show"][value="choice"]').checked = true;
  remember();
  askWar();
});
form.addEventListener("submit", e => e.preventDefault());
day.addEventListener("input", drawDay);
day.addEventListener("change", remember);
for (const radio of document.querySelectorAll('input[name="show"]')) radio.addEventListener("change", () => { remember(); askWar(); });
at("play").addEventListener("click", play);
at("again").addEventListener("click", backToHistory);
at("copy").addEventListener("click", copyLink);
window.figureRows.output = window.figureRows.stock = () => arm.rows;
window.figureSources.output = () => arm.sources.output;
window.figureSources.stock = () => arm.sources.stock;
window.figureSources.map = () => arm.sources.map;
window.figureRows.map = () => flown.plants.map((p, k) => ({ date: iso(Number(day.value)), plant_id: p.id, name: p.name, capacity_t_per_year: p.capacity, as_flown_percent: flown.share[day.value][k], possible_war_percent: war ? war.share[day.value][k] : null }));

(async () => {
  try {
    flown = await answer("/api/flown");
    both(at("map-holder"), flown.maps);
    at("map-holder").removeAttribute("aria-busy");
    choose(true);
  } catch (error) { at("said").textContent = error.message; document.body.dataset.state = "failed"; }
})();
