// The page half of a panel: shows what Python made, gathers answers, sends actions, announces what became of them.
// It knows nothing of questions. Runs in the course's own page, in JupyterLab and in stock Voilà.

const ANSWER_WAIT = 8000; // ms until an unanswered save is called unsaved
const TYPING_PAUSE = 600; // ms without a key until typed text is saved

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "course panel";
    root.lang = model.get("language");
    root.dir = model.get("direction");
    root.innerHTML =
      '<div data-html></div><p class="status" role="status" aria-live="polite" data-status></p><div data-reply aria-live="polite"></div>';
    const [body, status, reply] = root.children;
    body.tabIndex = -1;
    let serial = 0;
    let typing = 0;
    let waiting = 0;
    let moved = ""; // where an item went: said before what becomes of the answer

    const t = (text) => model.get("words")?.[text] ?? text;

    const show = (text, tone) => {
      status.textContent = text;
      status.dataset.tone = tone;
    };

    const showStatus = () => {
      const now = model.get("status") || {};
      if (now.n && now.n < serial) return; // an older answer; a newer one is on its way
      clearTimeout(waiting);
      if (now.n && !now.unsaved) for (const form of body.querySelectorAll("form")) keep(form, null);
      if (now.at || (now.n && now.tone !== "error")) done();
      show(moved + (now.at ? put(t("{text} at {time}"), { text: now.text, time: clock(now.at, root.lang) }) : now.text || ""), now.tone || "");
      markInvalid(body, status, now.tone === "error" && now.n);
      if (now.tone === "error" && !now.n) status.scrollIntoView({ block: "nearest" });
    };

    // What a page counts as done: an answer that is saved, a practice that was checked.
    const done = () => {
      const question = body.querySelector("section.question");
      if (question) question.dataset.done = "";
    };

    const send = (form) => {
      clearTimeout(typing);
      typing = 0;
      serial += 1;
      const value = gather(form);
      keep(form, value);
      if (form.dataset.send === "change") show(moved + t("Saving…"), "busy");
      model.set("answer", { n: serial, value });
      model.save_changes();
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        show(t("Your answer could not be saved yet. It is kept in this window: reload the page to save it."), "error");
      }, ANSWER_WAIT);
    };

    const draw = () => {
      const held = body.contains(document.activeElement) && keyOf(document.activeElement);
      clearTimeout(waiting);
      body.innerHTML = model.get("html");
      for (const time of body.querySelectorAll("time[data-local]")) time.textContent = clock(time.dateTime, root.lang, true);
      for (const field of body.querySelectorAll("[data-words]")) countWords(body, field, t);
      for (const one of body.querySelectorAll("[data-from]")) appear(one);
      // Whoever was here stays here: at what asks for attention, else at the same control, else at the panel itself.
      if (held) (body.querySelector("[data-focus]") || (held !== true && body.querySelector(held)) || body).focus();
    };

    body.addEventListener("submit", (event) => {
      event.preventDefault();
      send(event.target);
    });
    body.addEventListener("change", (event) => {
      if (event.target.dataset.file) return void sendFile(model, event.target, show, t);
      if (event.target.dataset.filter) return;
      const form = event.target.closest("form");
      if (form?.dataset.send === "change") send(form);
      else if (form) keep(form, gather(form));
    });
    body.addEventListener("input", (event) => {
      const field = event.target;
      moved = "";
      if (field.dataset.filter) return void filter(field);
      if (field.dataset.words) countWords(body, field, t);
      const form = field.closest("form");
      if (form?.dataset.send !== "change" || !/^(text|textarea)$/.test(field.type)) return;
      clearTimeout(typing);
      keep(form, gather(form));
      show(t("Not saved yet"), "busy");
      typing = setTimeout(() => send(form), TYPING_PAUSE);
    });
    body.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.dataset.filter) event.preventDefault();
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action], [data-move]");
      if (button?.dataset.move) {
        const place = move(button, t);
        if (!place) return;
        moved = place;
        show(moved, "");
        button.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (button) {
        model.send({ action: button.dataset.action });
        clearTimeout(waiting);
        waiting = setTimeout(() => show(t("The course does not answer. Reload the page; saved answers are kept."), "error"), ANSWER_WAIT);
      }
    });

    // Somebody who leaves the page mid-sentence has not asked for the sentence to be lost.
    const onHide = () => {
      if (document.visibilityState === "hidden" && typing) for (const form of body.querySelectorAll("form[data-send=change]")) send(form);
    };
    document.addEventListener("visibilitychange", onHide);

    const onReply = () => {
      reply.innerHTML = model.get("reply");
    };
    const onMessage = (message) => {
      clearTimeout(waiting);
      if (message.download) download(message.download);
    };
    draw();
    onReply();
    showStatus();
    model.on("change:html", draw);
    model.on("change:reply", onReply);
    model.on("change:status", showStatus);
    model.on("msg:custom", onMessage);
    el.replaceChildren(root);
    for (const form of body.querySelectorAll("form")) if (restore(form) && form.dataset.send === "change") send(form);
    return () => {
      document.removeEventListener("visibilitychange", onHide);
      clearTimeout(typing);
      clearTimeout(waiting);
      model.off("change:html", draw);
      model.off("change:reply", onReply);
      model.off("change:status", showStatus);
      model.off("msg:custom", onMessage);
    };
  },
};

/** A message with its figures put in, by name. */
function put(text, figures) {
  return text.replace(/\{(\w+)\}/g, (field, name) => figures[name] ?? field);
}

/** A selector that finds the same control in new markup, or true where there is none. */
function keyOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.dataset.action ? `[data-action="${element.dataset.action}"]` : true;
}

/**
 * The value of a form's controls named `answer`: a list for radio buttons, check boxes and hidden fields, text for any
 * other field. Names such as `answer:key` or `answer:key:part` give an object by key, each value in the same way.
 */
function gather(form) {
  const root = Object.create(null);
  for (const control of form.elements) {
    const path = control.name?.split(":");
    if (path?.[0] !== "answer") continue;
    const last = path.pop();
    let place = root;
    for (const step of path) place = place[step] ??= Object.create(null);
    if (/^(radio|checkbox|hidden)$/.test(control.type)) {
      place[last] ??= [];
      if (control.checked || control.type === "hidden") place[last].push(control.value);
    } else place[last] = control.value;
  }
  return root.answer ?? null;
}

// What was given and not yet saved outlives a reload of this window: a server can go away between two sentences.
const draftOf = (form) => `draft:${location.pathname}:${form.closest("section")?.id}`;

/** Keep a form's value in this window until it is saved; null forgets it. */
function keep(form, value) {
  try {
    if (value === null) sessionStorage.removeItem(draftOf(form));
    else sessionStorage.setItem(draftOf(form), JSON.stringify(value));
  } catch {
    // A browser without storage still saves; it only cannot outlive a reload.
  }
}

/** Put a kept value back into the controls; whether there was one that they did not show already. */
function restore(form) {
  let text = null;
  try {
    text = sessionStorage.getItem(draftOf(form));
  } catch {
    return false;
  }
  if (text === null || text === JSON.stringify(gather(form))) return false;
  const kept = JSON.parse(text);
  for (const control of form.elements) {
    const path = control.name?.split(":") ?? [];
    if (path.shift() !== "answer") continue;
    const value = path.reduce((place, step) => place?.[step], kept);
    if (/^(radio|checkbox)$/.test(control.type)) control.checked = Array.isArray(value) && value.includes(control.value);
    else if (control.type !== "hidden" && typeof value === "string") control.value = value;
  }
  return true;
}

/** Move an item of a `data-order` list by one place; the focus goes with it. Returns its new place in words. */
function move(button, t) {
  const item = button.closest("li");
  const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return "";
  if (button.dataset.move === "up") other.before(item);
  else other.after(item);
  button.focus();
  const items = [...item.parentElement.children];
  const place = { item: item.dataset.name, number: items.indexOf(item) + 1, total: items.length };
  return put(t("{item}: {number} of {total}."), place) + " ";
}

/** Show only the items of the list that a `data-filter` field names whose text holds what is typed. */
function filter(field) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(field.value.trim());
  for (const item of field.closest("form").querySelectorAll(`#${CSS.escape(field.dataset.filter)} > *`))
    item.hidden = !plain(item.textContent).includes(wanted) && !item.querySelector(":checked");
}

function clock(iso, lang, withDay = false) {
  const day = withDay && { day: "numeric", month: "long", year: "numeric", timeZoneName: "short" };
  // The United Nations write 16 December, not December 16.
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn", ...day };
  return new Date(iso).toLocaleString(lang === "en" ? "en-GB" : lang || undefined, form);
}

/** Show an element when its time has come. */
function appear(element) {
  const wait = Date.parse(element.dataset.from) - Date.now();
  element.hidden = wait > 0;
  if (wait > 0) setTimeout(() => element.isConnected && appear(element), Math.min(wait, 60_000));
}

/** Words as Python counts them: what stands between white space, and every sign of Chinese by itself. */
function wordsIn(text) {
  const signs = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return signs + text.replace(/\p{Script=Han}/gu, " ").split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

function countWords(body, field, t) {
  const [low, high] = field.dataset.words.split(" ").map(Number);
  const count = wordsIn(field.value);
  const place = body.querySelector("[data-count]");
  const outside = count && (count < low || count > high);
  place.textContent = put(outside ? t("Words: {number}; {low} to {high} are asked for") : t("Words: {number}"), { number: count, low, high });
}

function markInvalid(body, status, invalid) {
  for (const field of body.querySelectorAll("input[type=text], textarea")) {
    if (invalid) {
      status.id ||= `${field.id}-error`;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-errormessage", status.id);
    } else field.removeAttribute("aria-invalid");
  }
}

async function sendFile(model, input, show, t) {
  const file = input.files[0];
  if (!file) return;
  if (file.size > 5_000_000) show(t("This file is too large to be a passport. Nothing was changed."), "error");
  else model.send({ action: input.dataset.file, text: await file.text() });
  input.value = "";
}

function download({ name, text }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
