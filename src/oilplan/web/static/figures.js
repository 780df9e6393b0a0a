// Save a figure as SVG or PNG, and rows as CSV, all in the browser.
"use strict";
const PNG_SCALE = 2;

function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function svgText(svg) {
  const copy = svg.cloneNode(true);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return new XMLSerializer().serializeToString(copy);
}

function savePng(svg, name) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svgText(svg)], { type: "image/svg+xml" }));
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = width * PNG_SCALE;
    canvas.height = height * PNG_SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob(blob => save(name, blob), "image/png");
  };
  image.src = url;
}

function csvText(rows) {
  const cell = v => v === null || v === undefined ? "" : /[",\n]/.test(String(v)) ? `"${String(v).replaceAll('"', '""')}"` : String(v);
  const columns = Object.keys(rows[0] || {});
  return [columns, ...rows.map(r => columns.map(c => r[c]))].map(r => r.map(cell).join(",")).join("\n") + "\n";
}

function shownSvg(figure) {
  return [...figure.querySelectorAll("svg:not(.key)")].find(s => s.getClientRects().length);
}

window.figureRows = {};
window.offerSaves = function offerSaves(root = document) {
  for (const figure of root.querySelectorAll("figure[data-figure]:not([data-saves])")) {
    figure.dataset.saves = "";
    const name = figure.dataset.figure;
    const row = document.createElement("p");
    row.className = "saves";
    const button = (words, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = words;
      b.setAttribute("aria-label", `Save figure ${name} as ${words}`);
      b.addEventListener("click", act);
      row.append(b);
    };
    button("SVG", () => save(`${name}.svg`, new Blob([svgText(shownSvg(figure))], { type: "image/svg+xml" })));
    button("PNG", () => savePng(shownSvg(figure), `${name}.png`));
    const rows = figure.dataset.rows ? () => JSON.parse(figure.dataset.rows) : () => window.figureRows[name]?.() || [];
    if (figure.dataset.rows || name in window.figureRows) {
      button("CSV", () => save(`${name}.csv`, new Blob([csvText(rows())], { type: "text/csv" })));
    }
    figure.append(row);
  }
};
addEventListener("DOMContentLoaded", () => window.offerSaves());
