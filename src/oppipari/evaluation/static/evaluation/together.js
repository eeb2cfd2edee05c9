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
  const adds = () => [...columns().querySelectorAll("form[data-add]")];
  const isAdd = (form) => Boolean(form && form.matches && form.matches("form[data-add]"));
  const answered = (form) => (sent.get(form.elements.kind.value) || []).shift() || "";
  const together = (...texts) => texts.filter(Boolean).join(" ");
  // Words, or what is wrong with them: the refresh leaves both alone until they are sent or cleared.
  const inUse = (form) => Boolean(form.elements.text.value.trim()) || form.elements.text.matches("[aria-invalid=true]");

  // Enter adds the line; the field is free for the next one at once.
  const hint = document.querySelector("[data-enter]");
  if (hint) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || !field.matches("[data-add] textarea")) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  // Where a line has just been added and nothing was touched since, an empty press is the second of two.
  const added = new Map();
  const secondPress = (kind) => Date.now() - (added.get(kind) || 0) < 3000;
  document.addEventListener("htmx:config:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!isAdd(form)) return;
    const field = form.elements.text;
    const kind = form.elements.kind.value;
    if (!field.value.trim() && secondPress(kind)) { event.preventDefault(); field.focus(); return; }
    const waiting = sent.get(kind) || [];
    waiting.push(field.value);
    sent.set(kind, waiting);
    if (field.value.trim()) added.set(kind, Date.now());
    field.value = "";
    field.focus();
  });
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-add] textarea")) return;
    added.delete(field.form.elements.kind.value);
    // A message goes with the words it is about; one that asks for words goes when they come.
    if (field.value.trim() && field.defaultValue.trim()) return;
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    field.form.querySelectorAll(".ds-validation-message").forEach((message) => message.remove());
    if (!field.value.trim() && field.form.contains(trouble)) rest();
  });

  // What stands in the way is said beside the pressed form, once.
  const rest = () => { trouble.hidden = true; columns().after(trouble); };
  const tell = (why, pressed) => {
    if (!pressed && !trouble.hidden && trouble.dataset.trouble === why) return;
    trouble.dataset.trouble = why;
    trouble.querySelectorAll("[data-why]").forEach((part) => { part.hidden = part.dataset.why !== why; });
    const beside = pressed || (trouble.hidden && (document.activeElement.closest("#columns form") || adds().find(inUse)));
    if (beside) {
      const field = beside.elements.text;
      (field && field.type !== "hidden" ? field : beside.lastElementChild).after(trouble);
    }
    trouble.hidden = false;
    if (pressed) trouble.scrollIntoView({ block: "nearest" });
  };
  const reason = (response) => {
    if (!response) return "away";
    if (response.raw.redirected) return "signed-out";
    return response.status === 404 ? "no-more" : "away";
  };
  // An answer that is not the columns (signed out, or something broke) is not put into the page; nor is anything lost.
  const failed = (source, why) => {
    const pressed = source && source.matches && source.matches("form") && source.isConnected ? source : null;
    if (isAdd(pressed)) {
      const field = pressed.elements.text;
      field.value = together(answered(pressed), field.value);
      added.delete(pressed.elements.kind.value);
    }
    tell(why, pressed);
  };

  // The round was closed meanwhile: the whole page is another one, and it gives back what was written.
  let leaving = false;
  const leave = () => {
    if (leaving) return;
    leaving = true;
    const typed = [...columns().querySelectorAll("textarea")]
      .filter((field) => isAdd(field.form) || field.value !== field.defaultValue || field.matches("[aria-invalid=true]"))
      .map((field) => field.value);
    const texts = [...new Set([...[...sent.values()].flat(), ...typed].filter((text) => text.trim()))];
    const page = columns().getAttribute("hx-get");
    if (!texts.length) { location.replace(page); return; }
    const form = document.createElement("form");
    form.method = "post";
    form.action = page;
    form.hidden = true;
    const put = (name, value) => {
      const field = document.createElement("textarea");
      [field.name, field.value] = [name, value];
      form.append(field);
    };
    put("csrfmiddlewaretoken", columns().querySelector("[name=csrfmiddlewaretoken]").value);
    put("act", "add");
    put("kind", "worked");
    texts.forEach((text) => put("text", text));
    document.body.append(form);
    form.submit();
  };

  // While the page changes in place: who asked, what stood in the fields, and what the server puts back into them.
  let source = null;
  const stood = new Map();
  const given = new Map();
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!ctx.text || !ctx.text.includes('data-columns="')) {
      event.preventDefault();
      failed(ctx.sourceElement, reason(ctx.response));
      return;
    }
    if (leaving || (ctx.text.includes('data-columns="closed"') && columns().dataset.columns !== "closed")) {
      event.preventDefault();
      leave();
      return;
    }
    source = ctx.sourceElement;
    given.clear();
    stood.clear();
    const coming = new DOMParser().parseFromString(ctx.text, "text/html");
    adds().forEach((form) => {
      const kind = form.elements.kind.value;
      stood.set(kind, form.elements.text.value);
      const field = coming.getElementById(`${kind}-text`);
      if (!field) return;
      if (field.matches("[aria-invalid=true]")) { given.set(kind, field.value); return; }
      if (form === source || !inUse(form)) return;
      form.setAttribute("hx-morph-skip", "");
      // Signed in anew, the page has another token; with an old one nothing could be sent.
      form.elements.csrfmiddlewaretoken.value = field.form.elements.csrfmiddlewaretoken.value;
    });
    const told = columns().querySelector(".columns-told");
    if (source === columns() && told.querySelector(".told-bad")) told.setAttribute("hx-morph-skip", "");
    // What could not be sent still says so while it waits; everything else is well again.
    const waits = trouble.closest("form");
    if (!(trouble.dataset.trouble === "away" && isAdd(waits) && waits !== source && inUse(waits))) rest();
  });
  document.addEventListener("htmx:after:swap", () => {
    columns().querySelectorAll("[hx-morph-skip]").forEach((part) => part.removeAttribute("hx-morph-skip"));
    if (isAdd(source)) answered(source);
    adds().forEach((form) => {
      const kind = form.elements.kind.value;
      const text = together(given.get(kind), stood.get(kind));
      if (form.elements.text.value !== text) form.elements.text.value = text;
    });
    const kinds = [...given.keys()];
    const field = fieldOf(kinds.length ? kinds[0] : isAdd(source) && document.activeElement === document.body ? source.elements.kind.value : "");
    // After every other listener: one of them gives the focus to the page where the pressed button is gone.
    if (field) setTimeout(() => { field.focus(); field.scrollIntoView({ block: "nearest" }); });
    source = null;
  });
  document.addEventListener("htmx:error", (event) => failed(event.detail.ctx && event.detail.ctx.sourceElement, "away"));

  // Other devices may write, too: look every few seconds, but never under somebody's hands.
  const busy = () => leaving || document.hidden || columns().querySelector("details[open], .undo, #typed")
    || [...sent.values()].some((waiting) => waiting.length);
  setInterval(() => { if (!busy()) columns().dispatchEvent(new Event("look")); }, 4000);
}
