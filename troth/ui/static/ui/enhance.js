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

// After a refused form the summary of what is to be mended is read out first.
document.querySelector("[data-focus]")?.focus();
