// Bring the passages of the owner's texts into a claim's page; without a script there is the link.
"use strict";
const AGAIN_MS = 3000;

async function bring(place) {
  const answer = await fetch(place.dataset.passages + "?part=1");
  if (!answer.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  place.replaceChildren(holder.content);
  if (place.querySelector("[data-again]")) setTimeout(() => bring(place), AGAIN_MS);
}

document.querySelectorAll("[data-passages]").forEach(bring);
