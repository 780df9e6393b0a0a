// What every page with the map and the charts shares: the days, the answers of the server, colours, raids and cursors.
"use strict";
const FIRST = Date.UTC(1944, 3, 1), DAY_MS = 86400000, STARTING_MS = 900;
const STEPS = [[0, [184, 74, 0]], [0.25, [235, 165, 107]], [0.5, [236, 226, 205]], [0.75, [139, 176, 207]], [1, [11, 83, 148]]];
const FORCES = { bc: ["Bomber Command", "#000000"], e8: ["Eighth Air Force", "#7a1fa2"], f15: ["Fifteenth Air Force", "#00735a"] };
const SVG = "http://www.w3.org/2000/svg";
const at = id => document.getElementById(id);
const iso = d => new Date(FIRST + d * DAY_MS).toISOString().slice(0, 10);
const long = d => new Date(FIRST + d * DAY_MS).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

async function answer(url, signal) {
  if (window.kept) return kept(url);
  for (;;) {
    const got = await fetch(url, { signal });
    if (got.status === 202 || got.status === 503) { await new Promise(r => setTimeout(r, STARTING_MS)); continue; }
    const data = await got.json();
    if (!got.ok) throw new Error(data.error);
    return data;
  }
}

function colour(share) {
  for (let k = 1; k < STEPS.length; k++) {
    const [low, a] = STEPS[k - 1], [high, b] = STEPS[k];
    if (share <= high) return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * (share - low) / (high - low))).join(",")})`;
  }
  return "rgb(11,83,148)";
}

function mark([, force, , tons, known]) {
  const size = 8 + Math.sqrt(Math.min(tons, 2000)) * 0.4;
  const shape = document.createElementNS(SVG, force === "bc" ? "circle" : "path");
  if (force === "bc") shape.setAttribute("r", size);
  else shape.setAttribute("d", force === "e8" ? `M${-size} ${-size}h${2 * size}v${2 * size}h${-2 * size}z` : `M0 ${-1.3 * size}L${1.2 * size} ${0.8 * size}H${-1.2 * size}z`);
  for (const [k, v] of Object.entries({ fill: "none", stroke: FORCES[force][1], "stroke-width": 2.5 })) shape.setAttribute(k, v);
  if (known === "recalled") shape.setAttribute("stroke-dasharray", "4 3");
  return shape;
}

// Colour the discs of a map by what they deliver, and set the raids of the day around them. share: percent by plant
function drawMap(holder, plants, share, raids) {
  for (const disc of holder.querySelectorAll("circle[data-plant]")) {
    const k = Number(disc.dataset.plant);
    disc.setAttribute("fill", colour(share[k] / 100));
    disc.firstElementChild.textContent = `${plants[k].name}: delivers ${Math.round(share[k])} percent of capacity`;
  }
  for (const spot of holder.querySelectorAll("g[data-at]")) {
    spot.replaceChildren(...raids.filter(r => r[2] === Number(spot.dataset.at)).map(mark));
  }
}

function moveCursors(d) {
  const date = new Date(FIRST + d * DAY_MS);
  const month = (date.getUTCFullYear() - 1944) * 12 + date.getUTCMonth() - 3;
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  for (const cursor of document.querySelectorAll("line.cursor")) {
    const x = Number(cursor.dataset.left) + (month + (date.getUTCDate() - 0.5) / length) * Number(cursor.dataset.step);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    cursor.setAttribute("visibility", "visible");
  }
}

function both(holder, figures) {
  holder.innerHTML = `<div class="wide-only">${figures.wide}</div><div class="narrow-only">${figures.narrow}</div>`;
}
