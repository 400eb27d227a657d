// What a page gains with JavaScript; nothing needs it. Builds elements only, so that Trusted Types has nothing to refuse.
"use strict";

// A password can be looked at while it is typed, and says how many characters are still wanted.
for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button-text";
  button.textContent = box.dataset.show;
  button.setAttribute("aria-controls", input.id);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? box.dataset.hide : box.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
    input.focus();
  });
  box.append(button);
  input.form.addEventListener("submit", () => { input.type = "password"; });

  const wanted = Number(input.getAttribute("minlength"));
  if (wanted > 0) {
    const count = document.createElement("output");
    count.htmlFor.add(input.id);
    box.append(count);
    const show = () => {
      const length = [...input.value].length;
      count.textContent = length === 0 ? "" : `${length} / ${wanted} ${box.dataset.characters}`;
    };
    input.addEventListener("input", show);
    show();
  }
}

// A record that grows while it is looked at: what is new is set on top, while the page is seen, for ten minutes at most.
for (const list of document.querySelectorAll("[data-live]")) {
  const every = 4000;
  const until = Date.now() + 600000;
  list.setAttribute("aria-live", "polite");
  const ask = () => {
    if (Date.now() > until) return;
    if (document.hidden) { setTimeout(ask, every); return; }
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => {
      // Whoever is signed out meanwhile is sent elsewhere: then nothing is new, and nobody asks again.
      if (request.status !== 200 || new URL(request.responseURL).pathname !== list.dataset.live) return;
      const known = list.firstElementChild;
      for (const line of [...(request.response?.querySelector("[data-live]")?.children ?? [])]) {
        if (line.id === known?.id) break;
        list.insertBefore(document.adoptNode(line), known);
      }
      setTimeout(ask, every);
    };
    request.open("GET", list.dataset.live);
    request.send();
  };
  setTimeout(ask, every);
}

// After a refused form the summary of what is to be mended is read out first.
document.querySelector("[data-focus]")?.focus();
