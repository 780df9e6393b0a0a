// In an edition answers lie beside the page as scripts, since a page opened from a folder may read no other file.
"use strict";
window.keptData = {};

function loaded(name) {
  return new Promise((resolve, reject) => {
    if (window.keptData[name]) return resolve(window.keptData[name]);
    const script = document.createElement("script");
    script.src = `data/${name}.js`;
    script.onload = () => resolve(window.keptData[name]);
    script.onerror = () => reject(new Error(`data/${name}.js is missing from this edition.`));
    document.head.append(script);
  });
}

async function kept(url) {
  if (!(url in window.keptIndex)) throw new Error("These orders were not flown for this edition; `oilplan serve` flies them.");
  return loaded(window.keptIndex[url]);
}
