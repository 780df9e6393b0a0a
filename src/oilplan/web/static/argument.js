// Fill in verdicts as they are settled; open the claim or letter that the address names.
"use strict";
const PATIENCE_MS = 1500;

async function fillIn() {
  const answer = await fetch("/api/verdicts");
  if (!answer.ok) return setTimeout(fillIn, PATIENCE_MS * 4);
  const { done, verdicts } = await answer.json();
  const waiting = [...document.querySelectorAll('[data-outcome="being weighed"]')];
  for (const card of waiting.filter(c => verdicts[c.dataset.claim])) await replaceCard(card);
  tell(verdicts);
  if (!done && document.querySelector('[data-outcome="being weighed"]')) setTimeout(fillIn, PATIENCE_MS);
}

async function replaceCard(card) {
  const answer = await fetch("/argument/claim/" + encodeURIComponent(card.dataset.claim));
  if (!answer.ok) return;
  const open = card.querySelector("details")?.open;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.firstElementChild;
  card.replaceWith(fresh);
  if (open) fresh.querySelector("details")?.setAttribute("open", "");
  window.offerSaves?.(fresh);
}

function tell(verdicts) {
  const words = Object.values(verdicts);
  const of = w => words.filter(v => v === w).length;
  const tally = document.getElementById("tally");
  const grades = [...document.querySelectorAll('select[name="verdict"] option')].filter(o => o.value && of(o.value));
  tally.textContent = grades.map(o => `${of(o.value)} ${o.textContent}`).join(", ") +
    (words.length < Number(tally.dataset.claims) ? ` so far, of ${tally.dataset.claims}.` : ".");
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  named?.querySelector("details")?.setAttribute("open", "");
}

// Choosing a grade or a speaker changes what is shown at once, where the page holds every claim.
const filters = document.querySelector("form.filters");

function pickClaims(jump) {
  const verdict = filters.elements.verdict.value, who = filters.elements.who.value;
  let found = 0;
  for (const side of document.querySelectorAll("section.side")) {
    const cards = [...side.querySelectorAll(".claim")];
    for (const card of cards) card.hidden = Boolean(verdict && card.dataset.outcome !== verdict || who && side.dataset.side !== who);
    const shown = cards.filter(c => !c.hidden).length;
    side.hidden = !shown;
    side.querySelector(".number-of").textContent = shown;
    found += shown;
  }
  document.getElementById("none").hidden = found > 0;
  document.querySelector(".whole-answer")?.toggleAttribute("hidden", Boolean(verdict || who));
  for (const link of document.querySelectorAll("a.tally")) link.toggleAttribute("aria-current", link.dataset.verdict === verdict);
  const words = new URLSearchParams({ verdict, who });
  const report = document.getElementById("report");
  if (report?.href) report.href = "/report/argument?" + words;
  if (location.protocol !== "file:") history.replaceState(null, "", verdict || who ? "?" + words : location.pathname);
  if (jump) (verdict || who ? filters : document.querySelector("h1")).scrollIntoView({ block: "start" });
}

if (filters && document.querySelectorAll(".claim").length === Number(document.getElementById("tally").dataset.claims)) {
  document.getElementById("pick").hidden = true;
  filters.addEventListener("change", () => pickClaims(true));
  for (const link of document.querySelectorAll("a.tally")) {
    link.addEventListener("click", event => {
      event.preventDefault();
      filters.elements.verdict.value = filters.elements.verdict.value === link.dataset.verdict ? "" : link.dataset.verdict;
      pickClaims(true);
    });
  }
}
addEventListener("hashchange", openNamed);
openNamed();
if (document.querySelector('[data-outcome="being weighed"]')) fillIn();
