// The grid of counterfactuals: three choices pick an arm that was flown beforehand; the slider moves its day.
"use strict";
const form = at("grid"), day = at("day");
let flown = null, arm = null, query = "";

function drawDay() {
  const d = Number(day.value);
  at("date").textContent = long(d);
  day.setAttribute("aria-valuetext", long(d));
  if (!arm) return;
  drawMap(at("map-holder"), flown.plants, arm.share[d], []);
  moveCursors(d);
}

async function choose() {
  const words = new FormData(form);
  const option = [...document.querySelectorAll("#arms tr[data-query]")].find(r => ["orders", "from", "share"].every(k => r.dataset[k] === words.get(k)));
  query = option.dataset.query;
  try {
    arm = await answer("/api/arm?" + query);
    at("said").textContent = arm.said;
    both(at("output-holder"), arm.figures.output);
    both(at("stock-holder"), arm.figures.stock);
    for (const row of document.querySelectorAll("#arms tr[data-query]")) row.toggleAttribute("aria-current", row === option);
    drawDay();
    document.body.dataset.state = "settled";
  } catch (error) { at("said").textContent = error.message; }
}

form.addEventListener("change", choose);
form.addEventListener("submit", e => e.preventDefault());
day.addEventListener("input", drawDay);
window.figureRows.output = window.figureRows.stock = () => arm.rows;
window.figureSources.output = () => arm.sources.output;
window.figureSources.stock = () => arm.sources.stock;
window.figureSources.map = () => arm.sources.map;
window.figureRows.map = () => flown.plants.map((p, k) => ({ date: iso(Number(day.value)), plant_id: p.id, name: p.name, capacity_t_per_year: p.capacity, these_orders_percent: arm.share[day.value][k], as_flown_percent: flown.share[day.value][k] }));
(async () => {
  flown = await answer("/api/flown");
  both(at("map-holder"), flown.maps);
  await choose();
})();
