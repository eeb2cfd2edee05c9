// The joint session: a calm clock, lines that are added as fast as one types, and columns that follow other devices.
// Everything works without this; then pages are loaded anew.
"use strict";

// The agenda: which part is on, and how much of it has passed. No colours of alarm and no sounds.
const agenda = document.querySelector("[data-clock]");
if (agenda) {
  const started = Number(agenda.dataset.clock) * 1000;
  const tick = () => {
    let from = 0;
    const gone = (Date.now() - started) / 60000;
    agenda.querySelectorAll(".part").forEach((part) => {
      const minutes = Number(part.dataset.minutes);
      const state = gone < from ? "coming" : gone < from + minutes ? "now" : "done";
      part.className = `part ${state}`;
      if (state === "now") part.setAttribute("aria-current", "step"); else part.removeAttribute("aria-current");
      part.querySelector("progress").value = Math.max(0, Math.min(minutes, gone - from));
      from += minutes;
    });
    const over = document.querySelector("[data-over]");
    if (over) { over.hidden = gone < from; document.querySelector("[data-going]").hidden = gone >= from; }
  };
  tick();
  setInterval(tick, 5000);
}

const columns = () => document.getElementById("columns");
if (columns()) {
  const trouble = document.querySelector("[data-trouble]");
  // What was sent and has not been answered, by form: put back where it does not arrive.
  const sent = new Map();
  const fieldOf = (kind) => document.getElementById(`${kind}-text`);

  // Enter adds the line; the field is free for the next one at once.
  const hint = document.querySelector("[data-enter]");
  if (hint) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || !field.matches("[data-add] textarea")) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  document.addEventListener("htmx:config:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form.matches("[data-add]")) return;
    const field = form.elements.text;
    const waiting = sent.get(form.elements.kind.value) || [];
    waiting.push(field.value);
    sent.set(form.elements.kind.value, waiting);
    field.value = "";
    field.focus();
  });
  const answered = (form) => (sent.get(form.elements.kind.value) || []).shift() || "";
  const putBack = (field, text) => { field.value = [text, field.value].filter(Boolean).join(" "); };

  document.addEventListener("htmx:after:swap", (event) => {
    trouble.hidden = true;
    const form = event.detail.ctx.sourceElement;
    if (!form.matches || !form.matches("[data-add]")) return;
    const text = answered(form);
    const field = fieldOf(form.elements.kind.value);
    if (field && field.getAttribute("aria-invalid") === "true") {
      // The words come back with what is wrong with them, unless the page has put them there already.
      if (!field.value.startsWith(text)) putBack(field, text);
      field.focus();
    } else if (field && document.activeElement === document.body) field.focus();
  });

  // An answer that is not the columns (signed out, or something broke) is not put into the page; nor is anything lost.
  const failed = (form) => {
    trouble.hidden = false;
    if (form && form.matches && form.matches("[data-add]")) putBack(fieldOf(form.elements.kind.value), answered(form));
  };
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.text && ctx.text.includes("data-columns")) return;
    event.preventDefault();
    failed(ctx.sourceElement);
  });
  document.addEventListener("htmx:error", (event) => failed(event.detail.ctx && event.detail.ctx.sourceElement));

  // Other devices may write, too: look every few seconds, but never under somebody's hands.
  const busy = () => document.hidden || columns().querySelector("details[open]") || columns().querySelector(".undo")
    || [...sent.values()].some((waiting) => waiting.length);
  setInterval(() => { if (!busy()) columns().dispatchEvent(new Event("look")); }, 4000);
}
