/* Portique: extras only. Every page works without this file. */
(() => {
  "use strict";
  const all = (query) => document.querySelectorAll(query);

  /* An answer on its way to an application goes on by itself. */
  const sent = document.querySelector("form[data-send]");
  if (sent) sent.submit();

  /* Bring the reader to the error summary. */
  const alert = document.querySelector('[role="alert"][tabindex="-1"]');
  if (alert) alert.focus();

  /* Show and hide a password: <button hidden data-show="Afficher" data-hide="Cacher" aria-controls="id">. */
  for (const button of all("button[data-show]")) {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const word = button.querySelector("span");
    if (!field || !word) continue;
    const tell = () => {
      word.textContent = field.type === "password" ? button.dataset.show : button.dataset.hide;
    };
    button.hidden = false;
    tell();
    button.addEventListener("click", () => {
      field.type = field.type === "password" ? "text" : "password";
      tell();
    });
    /* A password shown is not kept as a plain field by the browser. */
    if (field.form) field.form.addEventListener("submit", () => { field.type = "password"; });
  }

  /* Live meter: <input data-meter="id of a role=status element"> inside a form with flow and csrf. */
  for (const field of all("input[data-meter]")) {
    const out = document.getElementById(field.dataset.meter);
    const form = field.form;
    if (!out || !form) continue;
    let timer = 0;
    let turn = 0;
    const measure = async () => {
      const mine = ++turn;
      if (!field.value) { out.replaceChildren(); return; }
      const body = new URLSearchParams();
      for (const name of ["flow", "csrf"]) body.set(name, form.elements[name].value);
      body.set("password", field.value);
      try {
        const answer = await fetch("/password/meter", { method: "POST", body, credentials: "same-origin" });
        if (!answer.ok || mine !== turn) return;
        const said = await answer.json();
        const tag = document.createElement("span");
        tag.className = "tag " + ({ good: "ok", nearly: "warn", weak: "bad" }[said.strength] || "");
        tag.textContent = said.word;
        out.replaceChildren(tag, " " + said.text);
      } catch { /* The server measures again when the form is sent. */ }
    };
    /* A form that was sent is measured by the server: a late question would find the flow moved on. */
    form.addEventListener("submit", () => { clearTimeout(timer); turn++; });
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(measure, 350);
    });
  }

  /* Copy: <button hidden data-copy="text" data-done="Copié">. */
  for (const button of all("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }

  /* Print: <button hidden data-print>. */
  for (const button of all("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  /* One press, one post. */
  for (const form of all('form[method="post"]')) {
    let sent = 0;
    form.addEventListener("submit", (event) => {
      const now = Date.now();
      if (now - sent < 2000) event.preventDefault(); else sent = now;
    });
  }
})();
