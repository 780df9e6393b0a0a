// Under every figure: save it as SVG, PNG or CSV with its sources; cite it, link to it, embed it. All in the browser.
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
  for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
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

// Rows under lines that begin with #: what the figure shows, of what version, from which works. A reader of CSV skips them.
function csvText(rows, about) {
  const cell = v => v === null || v === undefined ? "" : /[",\n]/.test(String(v)) ? `"${String(v).replaceAll('"', '""')}"` : String(v);
  const columns = Object.keys(rows[0] || {});
  return about.map(words => `# ${words.replaceAll("\n", " ")}\n`).join("") +
    [columns, ...rows.map(r => columns.map(c => r[c]))].map(r => r.map(cell).join(",")).join("\n") + "\n";
}

const shownSvg = figure => [...figure.querySelectorAll("svg:not(.key)")].find(s => s.getClientRects().length);
const titleOf = figure => shownSvg(figure)?.querySelector("title")?.textContent || figure.dataset.figure;
const citation = figure => `oilplan ${document.body.dataset.version}, “${titleOf(figure)}”, record ${document.body.dataset.record}. ${addressOf(figure)}`;

function addressOf(figure) {
  const at = new URL(location.href);
  if (!at.hash && figure.closest("[id]")) at.hash = figure.closest("[id]").id;
  return at.href;
}

function aboutFigure(figure) {
  const sources = window.figureSources?.[figure.dataset.figure]?.() || JSON.parse(figure.dataset.sources || "[]");
  return [titleOf(figure), shownSvg(figure)?.querySelector("desc")?.textContent || "", citation(figure), ...sources.map(s => `source: ${s}`)].filter(Boolean);
}

function embedCode(figure) {
  const words = figure.dataset.embed + (location.pathname === "/map" ? location.search : "");
  return `<iframe src="${new URL(words, location.href).href}" width="660" height="480" title="${titleOf(figure)}"></iframe>`;
}

function citePanel(figure) {
  const panel = document.createElement("div");
  panel.className = "cite";
  const field = (label, words) => {
    const box = document.createElement("label"), input = document.createElement("input"), copy = document.createElement("button");
    box.textContent = label;
    input.readOnly = true;
    input.value = words;
    box.append(input);
    copy.type = "button";
    copy.className = "quiet";
    copy.textContent = "Copy";
    copy.setAttribute("aria-label", `Copy: ${label}`);
    copy.addEventListener("click", async () => {
      input.select();
      try { await navigator.clipboard.writeText(words); copy.textContent = "Copied"; } catch { copy.textContent = "Press Ctrl-C"; }
    });
    panel.append(box, copy);
  };
  field("Cite", citation(figure));
  field("Link", addressOf(figure));
  if (figure.dataset.embed && "embeds" in document.body.dataset) field("Embed", embedCode(figure));
  return panel;
}

window.figureRows = {};
window.figureSources = {};
window.offerSaves = function offerSaves(root = document) {
  for (const figure of root.querySelectorAll("figure[data-figure]:not([data-saves])")) {
    figure.dataset.saves = "";
    const name = figure.dataset.figure;
    const row = document.createElement("p");
    row.className = "saves";
    const button = (words, label, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = words;
      b.setAttribute("aria-label", label);
      b.addEventListener("click", act);
      row.append(b);
      return b;
    };
    button("SVG", `SVG: save figure ${name}`, () => save(`${name}.svg`, new Blob([svgText(shownSvg(figure))], { type: "image/svg+xml" })));
    button("PNG", `PNG: save figure ${name}`, () => savePng(shownSvg(figure), `${name}.png`));
    const rows = figure.dataset.rows ? () => JSON.parse(figure.dataset.rows) : () => window.figureRows[name]?.() || [];
    if (figure.dataset.rows || name in window.figureRows) {
      button("CSV", `CSV: save the numbers of figure ${name}`, () => save(`${name}.csv`, new Blob([csvText(rows(), aboutFigure(figure))], { type: "text/csv" })));
    }
    const cite = button("Cite or share", `Cite or share figure ${name}`, () => {
      const open = figure.querySelector(".cite");
      if (open) open.remove(); else row.after(citePanel(figure));
      cite.setAttribute("aria-expanded", String(!open));
    });
    cite.setAttribute("aria-expanded", "false");
    figure.append(row);
  }
};
addEventListener("DOMContentLoaded", () => window.offerSaves());
