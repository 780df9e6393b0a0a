// The story: the step in view moves the map and the chart; buttons and arrow keys move the steps.
"use strict";
const RUN_MS = 1400;
const steps = [...document.querySelectorAll(".step")], sides = [...document.querySelectorAll('input[name="side"]')];
const dayOf = text => Math.round((Date.parse(text) - FIRST) / DAY_MS);
const HISTORY = sides[0]?.dataset.query, mapFigure = at("story-map").closest("figure");
let story = null, picked = null, charted = null, arms = {}, shown = dayOf("1944-05-12"), place = 1, running = 0;

function draw(d) {
  shown = d;
  at("story-date").textContent = long(d);
  if (picked) delete mapFigure.dataset.embed; else mapFigure.dataset.embed = `/embed/map?day=${iso(d)}`;
  if (!story) return;
  const arm = picked || story;
  drawMap(at("story-map"), story.plants, arm.share[d], picked ? [] : story.raids.filter(r => r[0] === d));
  moveCursors(d);
}

function run(from, to) {
  cancelAnimationFrame(running);
  if (still() || from === to) return draw(to);
  const began = performance.now();
  const tick = now => {
    const part = Math.min(1, (now - began) / RUN_MS);
    draw(Math.round(from + (to - from) * part));
    if (part < 1) running = requestAnimationFrame(tick);
  };
  running = requestAnimationFrame(tick);
}

function come(index) {
  if (index === place) return;
  place = index;
  const step = steps[index];
  steps.forEach((s, k) => s.classList.toggle("now", k === index));
  at("stage").dataset.show = step.dataset.show;
  at("place").textContent = `Step ${index + 1} of ${steps.length}`;
  at("back").disabled = !index;
  at("on").disabled = index === steps.length - 1;
  if (step.id !== "sides" && picked) pick(null);
  else if (step.id === "sides") pick(document.querySelector('input[name="side"]:checked'));
  run(step.dataset.first ? dayOf(step.dataset.first) : shown, dayOf(step.dataset.day));
}

async function pick(input) {
  const query = input && input.value !== "history" ? input.dataset.query : HISTORY;
  try {
    const arm = arms[query] ||= await answer("/api/arm?" + query);
    picked = input && input.value !== "history" ? arm : null;
    charted = arm;
    both(at("story-chart"), arm.figures.output);
    at("story-chart").closest("figure").dataset.embed = `/embed/output?${query}`;
    at("side-said").textContent = picked ? arm.said : "";
    draw(shown);
  } catch (error) { at("side-said").textContent = error.message; }
}

function go(by) {
  const next = steps[Math.min(Math.max(place + by, 0), steps.length - 1)];
  next.scrollIntoView({ behavior: still() ? "auto" : "smooth", block: innerWidth > 760 ? "center" : "start" });
  next.focus({ preventScroll: true });
  come(steps.indexOf(next));
}

function watch() {
  const line = innerWidth > 760 ? innerHeight / 2 : innerHeight * 0.75;
  let nearest = 0;
  steps.forEach((s, k) => { if (s.getBoundingClientRect().top <= line) nearest = k; });
  come(nearest);
}

for (const input of sides) input.addEventListener("change", () => pick(input));
for (const [id, by] of [["back", -1], ["on", 1]]) { at(id).hidden = false; at(id).addEventListener("click", () => go(by)); }
addEventListener("keydown", e => {
  if (e.target.closest("input, textarea, select") || e.altKey || e.ctrlKey || e.metaKey) return;
  if (e.key === "ArrowRight" || e.key === "PageDown") { e.preventDefault(); go(1); }
  if (e.key === "ArrowLeft" || e.key === "PageUp") { e.preventDefault(); go(-1); }
});
addEventListener("scroll", watch, { passive: true });
addEventListener("resize", watch);
window.figureRows["story-chart"] = () => (charted || arms[HISTORY] || {}).rows || [];
window.figureSources["story-chart"] = () => arms[HISTORY]?.sources.output || [];
window.figureRows["story-map"] = () => story ? story.plants.map((p, k) => ({ date: iso(shown), plant_id: p.id, name: p.name, capacity_t_per_year: p.capacity, delivered_percent: (picked || story).share[shown][k] })) : [];
document.body.classList.add("live");

(async () => {
  try { story = await answer("/api/flown"); arms[HISTORY] = await answer("/api/arm?" + HISTORY); } catch (error) { at("place").textContent = error.message; return; }
  document.body.dataset.state = "settled";
  place = -1;
  watch();
})();
