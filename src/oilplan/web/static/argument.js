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

addEventListener("hashchange", openNamed);
openNamed();
if (document.querySelector('[data-outcome="being weighed"]')) fillIn();
