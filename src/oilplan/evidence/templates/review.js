"use strict";
const main = document.querySelector("main");
const key = "oilplan-review-" + main.dataset.key;
const sheets = Array.from(document.querySelectorAll("fieldset[data-id]"));
function judgement(sheet) {
  const chosen = sheet.querySelector("input[type=radio]:checked");
  const cells = {};
  for (const cell of sheet.querySelectorAll("input[data-column]"))
    if (cell.value !== cell.dataset.proposed || "hand" in cell.dataset) cells[cell.dataset.column] = cell.value;
  return { judgement: chosen ? chosen.value : "", cells: cells };
}
function collect() {
  const judgements = {};
  for (const sheet of sheets) {
    const made = judgement(sheet);
    if (made.judgement || Object.keys(made.cells).length) judgements[sheet.dataset.id] = made;
  }
  return { format: main.dataset.format, judgements: judgements };
}
function show(saved) {
  for (const sheet of sheets) {
    const made = saved.judgements[sheet.dataset.id];
    if (!made) continue;
    for (const radio of sheet.querySelectorAll("input[type=radio]")) radio.checked = radio.value === made.judgement;
    for (const cell of sheet.querySelectorAll("input[data-column]"))
      if (Object.hasOwn(made.cells || {}, cell.dataset.column)) cell.value = made.cells[cell.dataset.column];
  }
  count();
}
function count() {
  const judged = sheets.filter((sheet) => judgement(sheet).judgement).length;
  document.getElementById("count").textContent = judged + " of " + sheets.length + " proposals judged";
}
function keep() {
  count();
  try { localStorage.setItem(key, JSON.stringify(collect())); } catch (refused) { /* private window: saving to a file still works */ }
}
document.getElementById("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(collect(), null, 1) + "\n"], { type: "application/json" }));
  link.download = "judgements.json";
  link.click();
  URL.revokeObjectURL(link.href);
});
document.getElementById("open").addEventListener("change", (event) => {
  const file = event.target.files[0];
  if (!file) return;
  file.text().then((text) => {
    const saved = JSON.parse(text);
    if (saved.format !== main.dataset.format) throw new Error("not judgements of this sheet");
    show(saved);
    keep();
  }).catch((error) => { document.getElementById("count").textContent = "That file cannot be read: " + error.message; });
});
main.addEventListener("input", keep);
try {
  const saved = localStorage.getItem(key);
  if (saved) show(JSON.parse(saved));
} catch (refused) { /* no storage: start from the file's own judgements */ }
count();
