// The keys of the console; nothing needs them. j and k move over the lines of the page, Enter opens, ? shows all.
"use strict";

const lines = [...document.querySelectorAll("main [data-item], main tbody tr")].filter((line) => line.querySelector("a[href]"));
const keys = document.getElementById("keys");
let here = -1;

function go(step) {
  if (lines.length === 0) return;
  lines[here]?.classList.remove("is-here");
  here = Math.min(Math.max(here + step, 0), lines.length - 1);
  lines[here].classList.add("is-here");
  lines[here].querySelector("a[href]").focus();
  lines[here].scrollIntoView({ block: "nearest" });
}

const actions = {
  j: () => go(1),
  k: () => go(here < 0 ? 1 : -1),
  g: () => document.querySelector("[data-desk]")?.click(),
  "/": () => document.querySelector("main input:not([type=hidden]), main select, main textarea")?.focus(),
  "?": () => keys?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  const action = actions[event.key];
  if (typing || event.ctrlKey || event.metaKey || event.altKey || action === undefined) return;
  event.preventDefault();
  action();
});
