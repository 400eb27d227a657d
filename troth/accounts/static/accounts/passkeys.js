// Asks the browser to make or use a passkey when the form is sent, and sends its answer along.
// The page says what to ask in data-passkey (make or use) and data-options; every word that is shown comes from it too.
"use strict";

for (const box of document.querySelectorAll("[data-passkey]")) {
  const form = box.closest("form");
  const answer = form.querySelector("[name=answer]");
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  box.querySelector("[data-without-script]").remove();
  box.append(told);

  form.addEventListener("submit", async (event) => {
    if (answer.value) {
      return;
    }
    event.preventDefault();
    told.textContent = "";
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      told.textContent = box.dataset.unable;
      return;
    }
    const options = JSON.parse(box.dataset.options);
    try {
      const credential = box.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      answer.value = JSON.stringify(credential.toJSON());
    } catch (error) {
      told.textContent = error.name === "InvalidStateError" ? box.dataset.known : box.dataset.failed;
      return;
    }
    form.requestSubmit();
  });
}
