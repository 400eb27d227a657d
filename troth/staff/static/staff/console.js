// The keys of the console; nothing needs them. j and k move over the lines of the page, Enter opens, ? shows all.
"use strict";

const lines = [...document.querySelectorAll("main [data-item], main tbody tr")].filter((line) => line.querySelector("a[href]"));
let here = -1;

function go(step) {
  if (lines.length === 0) return;
  lines[here]?.classList.remove("is-here");
  here = Math.min(Math.max(here + step, 0), lines.length - 1);
  lines[here].classList.add("is-here");
  lines[here].querySelector("a[href]").focus();
  lines[here].scrollIntoView({ block: "nearest" });
}

const follow = (key) => document.querySelector(`.ways [data-key="${key}"]`)?.click();
const toggle = (id) => document.getElementById(id)?.togglePopover();

const actions = {
  j: () => go(1),
  k: () => go(here < 0 ? 1 : -1),
  x: () => lines[here]?.querySelector("input[type=checkbox]")?.click(),
  g: () => follow("g"),
  f: () => follow("f"),
  r: () => toggle("rooms"),
  "/": () => document.querySelector("main .frame > :not(.ways) :is(input:not([type=hidden]), select, textarea)")?.focus(),
  "?": () => toggle("keys"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  const action = actions[event.key];
  if (typing || event.ctrlKey || event.metaKey || event.altKey || action === undefined) return;
  event.preventDefault();
  action();
});

// One tick for all that are shown, where lines can be ticked.
for (const all of document.querySelectorAll("[data-all]")) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", all.dataset.all);
  box.addEventListener("change", () => {
    for (const each of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) each.checked = box.checked;
  });
  all.append(box);
}
