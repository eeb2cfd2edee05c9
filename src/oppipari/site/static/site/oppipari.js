// Small improvements; every page works without them.
"use strict";

// Errors: the summary gets the focus, so that it is read first.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A double click sends a form once. The mark goes when the page is shown again by the back button.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && form.method === "post") { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 4000);
});
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// Copy and print buttons are only shown where they can work; also those that come when a page changes in place.
function showButtons() {
  document.querySelectorAll("[data-copy][hidden]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.value || source.textContent.trim());
      button.textContent = button.dataset.done;
    });
  });
  document.querySelectorAll("[data-print][hidden]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
showButtons();
addEventListener("htmx:after:swap", showButtons);

// The list of competences narrows while one writes.
document.querySelectorAll("[data-filter]").forEach((input) => {
  const scope = document.getElementById(input.dataset.filter);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    scope.querySelectorAll(".choice").forEach((choice) => {
      choice.hidden = Boolean(wanted) && !choice.textContent.toLocaleLowerCase().includes(wanted) && !choice.querySelector("input").checked;
    });
    scope.querySelectorAll("details").forEach((group) => {
      const left = group.querySelectorAll(".choice:not([hidden])").length;
      group.hidden = !left;
      if (wanted && left) group.open = true;
    });
  });
});

// Some pages change in place. Where the pressed button is gone afterwards, the focus goes to what is answered.
let pressed = null;
addEventListener("htmx:before:request", () => { if (document.activeElement !== document.body) pressed = document.activeElement; });
addEventListener("htmx:after:swap", () => {
  const answer = document.getElementById("answer");
  if (pressed && !pressed.isConnected) {
    if (answer) answer.focus({ preventScroll: true });
    else (document.querySelector("[data-focus]") || document.getElementById("content")).focus();
  }
  if (pressed && !pressed.isConnected) pressed = null;
});
// Where the server cannot be reached, a form that must not fail in silence goes the plain way: the browser says what is wrong.
addEventListener("htmx:error", (event) => {
  const ctx = event.detail.ctx;
  const form = ctx && ctx.sourceElement;
  if (form && form.matches("form[data-plainly]") && !(ctx.request.submitter && ctx.request.submitter.name)) form.submit();
});
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (!close) return;
  event.preventDefault();
  const box = document.getElementById(close.dataset.close);
  box.querySelectorAll("p, .cluster").forEach((part) => part.remove());
  const back = pressed && pressed.isConnected && !box.contains(pressed) ? pressed : document.getElementById("content");
  back.focus({ preventScroll: true });
});
