// What a lesson page does without a kernel: contents that say how far one is, key terms that explain themselves, and
// what is closed on a small screen and open on paper.

const words = JSON.parse(document.getElementById("words").textContent);
const t = (text) => words[text] ?? text;
const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const main = document.getElementById("lesson");
const contents = document.querySelector(".contents");

// --- contents ------------------------------------------------------------------------------------------------

const wide = matchMedia("(min-width: 72rem)");
const fold = () => {
  contents.firstElementChild.open = wide.matches;
};
wide.addEventListener("change", fold);
fold();
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) contents.firstElementChild.open = false;
});

const links = [...contents.querySelectorAll("a")];
const starts = links.map((link) => document.getElementById(link.hash.slice(1)));

/** How many questions there are and how many are done: in each section, and in all. */
function count() {
  const parts = links.map(() => [0, 0]);
  for (const question of main.querySelectorAll("section.question")) {
    const part = parts[starts.findLastIndex((start) => start.compareDocumentPosition(question) & Node.DOCUMENT_POSITION_FOLLOWING)];
    if (!part) continue;
    part[0] += "done" in question.dataset;
    part[1] += 1;
  }
  parts.forEach(([done, all], at) => {
    const badge = links[at].nextElementSibling ?? links[at].parentElement.appendChild(document.createElement("span"));
    badge.className = done === all ? "badge full" : "badge";
    badge.textContent = `${done}/${all}`;
    if (!all) badge.remove();
  });
  const [done, all] = parts.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
  const line = document.getElementById("done");
  line.hidden = !all;
  line.firstElementChild.max = all;
  line.firstElementChild.value = done;
  line.lastElementChild.textContent = put(t("{done} of {all} questions done"), { done, all });
}

let counting = 0;
new MutationObserver(() => {
  counting ||= requestAnimationFrame(() => {
    counting = 0;
    count();
  });
}).observe(main, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-done"] });
count();

/** The section that one reads: the last one whose heading has come into the upper part of the window. */
function follow() {
  following = 0;
  const at = starts.findLastIndex((start) => start.getBoundingClientRect().top < innerHeight * 0.3);
  links.forEach((one, number) => (number === at ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current")));
}
let following = 0;
addEventListener("scroll", () => (following ||= requestAnimationFrame(follow)), { passive: true });
follow();

// --- another language at the same place ------------------------------------------------------------------------

for (const link of document.querySelectorAll(".languages a"))
  link.addEventListener("click", () => {
    const here = document.querySelector(".contents [aria-current]");
    link.hash = location.hash || here?.hash || "";
  });

// --- key terms: a link to the list of terms shows its entry in place ---------------------------------------------

const entries = new Map();
for (const row of document.querySelectorAll("#key-terms tbody tr")) {
  const [term, meaning] = row.cells;
  entries.set(term.textContent.trim().toLowerCase(), [term.textContent, meaning.innerHTML]);
}
let serial = 0;
for (const link of main.querySelectorAll('a[href="#key-terms"]')) {
  const found = entries.get((link.title || link.textContent).trim().toLowerCase());
  if (!found) continue;
  const button = document.createElement("button");
  const note = document.createElement("span");
  button.type = "button";
  button.className = "term";
  button.append(...link.childNodes);
  note.className = "term-note";
  note.id = `term-${(serial += 1)}`;
  note.popover = "auto";
  note.setAttribute("role", "note");
  const name = document.createElement("strong");
  name.textContent = found[0];
  const meaning = document.createElement("span");
  meaning.innerHTML = found[1];
  note.append(name, " ", meaning);
  button.popoverTargetElement = note;
  note.addEventListener("toggle", (event) => {
    const follow = () => place(note, button);
    if (event.newState !== "open") return;
    follow();
    addEventListener("scroll", follow, { passive: true });
    note.addEventListener("toggle", () => removeEventListener("scroll", follow), { once: true });
  });
  link.replaceWith(button, note);
}

/** Put a note under its word, within the window. */
function place(note, button) {
  const word = button.getBoundingClientRect();
  const width = Math.min(360, innerWidth - 32);
  const left = Math.max(16, Math.min(word.left, innerWidth - width - 16));
  const below = word.bottom + 8 + note.offsetHeight < innerHeight;
  Object.assign(note.style, {
    width: `${width}px`,
    left: `${left}px`,
    top: `${below ? word.bottom + 8 : Math.max(8, word.top - 8 - note.offsetHeight)}px`,
  });
}

// --- paper: a handout shows what a click would open --------------------------------------------------------------

let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("main details:not([open])")];
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => closed.splice(0).forEach((one) => (one.open = false)));
