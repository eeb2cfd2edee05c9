// The wall on a big screen: turns by itself, stops on demand, stays up to date. Without this the links turn it.
"use strict";

const LOST_AFTER = 180_000; // after so long without an answer what is shown is hidden: it may have been taken back
const PATIENCE = 20_000; // an answer that takes longer is none
const LOOK_AGAIN = 60_000; // so often a page that stands still is looked at again
const main = document.getElementById("leaf");
const button = document.getElementById("pause");
const bar = document.getElementById("time");
const note = document.querySelector("[data-lost]");
let still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let since = performance.now();
let answered = performance.now();
let looked = performance.now();
let busy = false;

const shown = () => document.getElementById("leaf");
const next = () => shown().dataset.next;
const before = () => shown().dataset.before;
const here = () => `?${location.search.includes("tv") ? "tv&" : ""}at=${shown().dataset.key}`;

// Fetch a page of the wall and lay its leaf in; the controls and the focus stay where they are.
async function fetchLeaf(address) {
  busy = true;
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    // The sign-in ended or the address did: nothing may stay on the screen.
    if (answer.redirected || answer.status === 404) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const leaf = page.getElementById("leaf");
    if (!leaf) { location.reload(); return; }
    const old = shown();
    if (old.dataset.key !== leaf.dataset.key) since = performance.now();
    if (old.dataset.count !== leaf.dataset.count && (Number(old.dataset.count) < 2 || Number(leaf.dataset.count) < 2)) { location.reload(); return; }
    if (old.innerHTML !== leaf.innerHTML) {
      old.replaceChildren(...leaf.childNodes);
      old.scrollTop = 0;
    }
    Object.assign(old.dataset, leaf.dataset);
    for (const id of ["number", "count"]) if (document.getElementById(id)) document.getElementById(id).textContent = page.getElementById(id).textContent;
    for (const id of ["before", "after"]) if (document.getElementById(id)) document.getElementById(id).setAttribute("href", page.getElementById(id).getAttribute("href"));
    answered = performance.now();
    lost(false);
  } catch {
    if (performance.now() - answered > LOST_AFTER) lost(true);
  } finally {
    looked = performance.now();
    busy = false;
  }
}

// One after another: a key pressed while the page is being looked at again is not lost.
let row = Promise.resolve();
function show(address) {
  row = row.then(() => fetchLeaf(address()));
}

function lost(gone) {
  if (shown().hidden === gone) return;
  shown().hidden = gone;
  note.hidden = !gone;
  note.textContent = gone ? note.dataset.lost : "";
}

function stop(now) {
  still = now;
  since = performance.now();
  if (!button) return;
  button.textContent = still ? button.dataset.go : button.dataset.pause;
  document.body.classList.toggle("still", still);
}

function tick() {
  const now = performance.now();
  const wait = Number(shown().dataset.seconds) * 1000;
  const several = Number(shown().dataset.count) > 1;
  if (busy) return;
  bar.style.transform = `scaleX(${still || !several ? 0 : Math.min(1, (now - since) / wait)})`;
  if (!still && several && now - since > wait && now - looked > 5_000) show(next);
  else if (now - looked > LOOK_AGAIN) show(here);
}

function turn(event, address) {
  event.preventDefault();
  since = performance.now();
  show(address);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => stop(!still));
  document.getElementById("after").addEventListener("click", (event) => turn(event, next));
  document.getElementById("before").addEventListener("click", (event) => turn(event, before));
}
document.addEventListener("keydown", (event) => {
  const free = !event.target.closest("a, button, input");
  if (event.key === " " && free && button) { event.preventDefault(); stop(!still); }
  if (event.key === "ArrowRight" && button) turn(event, next);
  if (event.key === "ArrowLeft" && button) turn(event, before);
});
// While nobody could see it, it does not turn.
document.addEventListener("visibilitychange", () => { since = performance.now(); });
stop(still);
setInterval(() => { if (!document.hidden) tick(); }, 250);
