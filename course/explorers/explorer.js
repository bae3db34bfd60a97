// Shows the page that Python made and sends the reader's turns back. Python decides everything that is shown;
// this file keeps the page calm: focus, scroll, open tab and half-typed numbers survive every answer.

const WORKING_AFTER = 1200; // milliseconds without an answer before the page says so
const SILENT_AFTER = 10000;
const ANNOUNCE_AFTER = 700; // a slider's every step need not be read out
const PAUSE = 300; // between two letters of words that are looked for

// --- the page: change only what differs --------------------------------------------------------------------

function sameNode(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");
}

// which notes and which tab are open, and where one stands on a map, is the reader's affair, not Python's
function readersOwn(node) {
  if (node.nodeName === "DETAILS") return ["open"];
  if (node.dataset.panel) return ["hidden"];
  if (node.dataset.tab) return ["aria-selected", "tabindex"];
  if (node.dataset.set && node.closest("[data-tiles]")) return ["tabindex"];
  return [];
}

function copyAttributes(old, fresh, mine) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !mine.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !mine.includes(name)) old.setAttribute(name, value);
  }
}

function copyValue(old, fresh, held) {
  if (held(old)) return;
  const wanted = fresh.nodeName === "SELECT" ? fresh.value : fresh.getAttribute("value");
  if (old.type === "radio" || old.type === "checkbox") old.checked = fresh.checked;
  else if (old.value !== wanted) old.value = wanted;
}

function morph(old, fresh, held) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.hasAttribute("data-busy")) return; // an open list of choices
  copyAttributes(old, fresh, readersOwn(old));
  morphChildren(old, fresh, held);
  if (old.nodeName === "INPUT" || old.nodeName === "SELECT") copyValue(old, fresh, held);
}

function morphChildren(old, fresh, held) {
  const byId = new Map([...old.children].filter((node) => node.id).map((node) => [node.id, node]));
  const staying = new Set([...fresh.children].map((node) => node.id));
  let here = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const known = next.id ? byId.get(next.id) : null;
    while (known && here && here !== known && !staying.has(here.id)) here = remove(here);
    if (known && known !== here) old.insertBefore(known, here);
    const partner = known ?? here;
    if (partner && sameNode(partner, next)) {
      here = partner.nextSibling;
      morph(partner, next, held);
    } else {
      old.insertBefore(next, here);
    }
  }
  while (here) here = remove(here);
}

function remove(node) {
  const after = node.nextSibling;
  node.remove();
  return after;
}

// --- a list that finds what is typed -----------------------------------------------------------------------

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function combobox(root, choose) {
  const parts = (input) => {
    const box = input.closest("[data-control]");
    const list = box.querySelector("[role=listbox]");
    return { box, list, options: [...list.querySelectorAll("[role=option]")] };
  };
  const visible = (input) => parts(input).options.filter((option) => !option.hidden);

  function point(input, option) {
    for (const one of parts(input).options) one.classList.toggle("pointed", one === option);
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  function open(input, words = "") {
    const { box, list, options } = parts(input);
    const wanted = fold(words.trim());
    for (const option of options) option.hidden = !fold(option.textContent).includes(wanted);
    for (const group of list.querySelectorAll(".combo-group")) {
      let next = group.nextElementSibling;
      while (next && next.matches("[role=option]") && next.hidden) next = next.nextElementSibling;
      group.hidden = !next?.matches("[role=option]");
    }
    box.setAttribute("data-busy", "");
    list.hidden = visible(input).length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    point(input, wanted ? visible(input)[0] : options.find((one) => one.getAttribute("aria-selected") === "true"));
  }
  function close(input) {
    const { box, list, options } = parts(input);
    if (!box.hasAttribute("data-busy")) return;
    box.removeAttribute("data-busy");
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(input, null);
    input.value = options.find((one) => one.getAttribute("aria-selected") === "true")?.textContent ?? "";
  }
  function take(input, option) {
    for (const one of parts(input).options) one.setAttribute("aria-selected", String(one === option));
    close(input);
    choose(input.dataset.combo, option.dataset.option);
  }
  function key(event, input) {
    const shown = visible(input);
    const at = shown.findIndex((one) => one.classList.contains("pointed"));
    const isOpen = input.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!isOpen) open(input);
      else point(input, shown[(at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length]);
    } else if (event.key === "Enter" && isOpen && at >= 0) take(input, shown[at]);
    else if (event.key === "Escape" && isOpen) close(input);
    else return;
    event.preventDefault();
  }

  root.addEventListener("focusin", (event) => event.target.matches("[data-combo]") && event.target.select());
  root.addEventListener("focusout", (event) => event.target.matches("[data-combo]") && close(event.target));
  root.addEventListener("click", (event) => {
    const option = event.target.closest("[data-option]");
    if (option) take(option.closest("[data-control]").querySelector("[data-combo]"), option);
    else if (event.target.matches("[data-combo][aria-expanded=false]")) open(event.target);
  });
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[role=listbox]")) event.preventDefault(); // the field keeps the focus
  });
  return { key, typed: (input) => open(input, input.value) };
}

// --- a map of tiles: one stop for the Tab key in each region, arrows everywhere -------------------------------------------------

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function stepOnMap(tile, [dx, dy]) {
  const centre = (node) => {
    const box = node.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const [x, y] = centre(tile);
  let next = null;
  let least = Infinity;
  for (const other of tile.closest("[data-tiles]").querySelectorAll("[data-set]")) {
    const [ox, oy] = centre(other);
    const ahead = (ox - x) * dx + (oy - y) * dy;
    const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
    const distance = ahead + 3 * aside; // straight on before across
    if (ahead > 1 && distance < least) [next, least] = [other, distance];
  }
  if (!next) return;
  for (const other of next.parentElement.children) other.tabIndex = other === next ? 0 : -1;
  next.focus();
}

// --- the explorer ------------------------------------------------------------------------------------------

let views = 0;

function render({ model, el }) {
  const t = (text) => model.get("words")?.[text] ?? text;
  const me = (views += 1);
  const ready = el.querySelector(".course.explorer"); // the same page, drawn before any kernel was there
  const root = ready ?? document.createElement("div");
  // a second view of the same explorer needs ids of its own
  const alias = !ready && document.getElementById(model.get("page").uid) ? `-v${me}` : "";
  root.className = "course explorer";
  root.setAttribute("role", "group");
  root.dataset.live = "yes";
  root.dataset.lmSuppressShortcuts = "true"; // a notebook's own shortcuts must not take the arrow keys
  const voice = document.createElement("p");
  voice.className = "course unseen";
  voice.setAttribute("role", "status");

  let wish = {}; // what the reader changed since the last request
  let asked = {}; // what that request changed
  let sent = null; // the state that was asked for and not yet answered
  let turn = 0;
  let timers = [];
  let typing = null;
  let pause = 0;
  let tab = null;
  let opened = "";
  let spoken = model.get("page").say;
  let speech = 0;

  const held = (node) => {
    const key = node.dataset.key ?? node.dataset.combo;
    return node === typing || key in wish || key in asked;
  };
  const say = (words) => {
    clearTimeout(speech);
    speech = setTimeout(() => {
      if (words !== spoken) voice.textContent = spoken = words;
    }, ANNOUNCE_AFTER);
  };
  const status = (words, again) => {
    const place = root.querySelector("[data-part=status]");
    if (!place) return;
    place.textContent = words;
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = t("Try again");
      button.addEventListener("click", again);
      place.append(" ", button);
    }
  };

  function ask(change) {
    Object.assign(wish, change);
    send();
  }
  function send() {
    if (sent || Object.keys(wish).length === 0) return;
    turn += 1;
    sent = { ...model.get("page").state, ...wish, turn: `${me}:${turn}` };
    asked = wish;
    wish = {};
    model.set("state", sent);
    model.save_changes();
    timers = [
      setTimeout(() => status(t("Working …")), WORKING_AFTER),
      setTimeout(() => {
        const words = t("No answer yet. You see the last one.");
        status(words, retry);
        say(words);
      }, SILENT_AFTER),
    ];
  }
  function retry() {
    const again = asked;
    answered();
    status("");
    ask({ ...again, ...wish });
  }
  function answered() {
    timers.forEach(clearTimeout);
    sent = null;
    asked = {};
  }

  function showTab(id, focus) {
    const tabs = [...root.querySelectorAll("[role=tab]")];
    if (!tabs.length) return;
    const chosen = tabs.find((one) => one.dataset.tab === id) ?? tabs[0];
    tab = chosen.dataset.tab;
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === chosen));
      one.tabIndex = one === chosen ? 0 : -1;
    }
    const active = root.getRootNode().activeElement;
    for (const panel of root.querySelectorAll("[data-panel]")) {
      panel.hidden = panel.dataset.panel !== tab;
      if (panel.hidden && panel.contains(active)) focus = true; // never let the focus fall with its panel
    }
    if (focus) chosen.focus();
  }
  function handOn(gone) {
    // a button that took itself away hands the focus to another one of its kind, or to the open tab
    const { set, change } = gone.dataset;
    const kind = set !== undefined ? `[data-set="${CSS.escape(set)}"]` : change !== undefined ? "[data-change]" : "[role=tab]";
    const left = [...root.querySelectorAll(kind)].filter((one) => !one.closest("[hidden]"));
    (left[0] ?? root.querySelector("[role=tab][aria-selected=true]"))?.focus();
  }
  function draw() {
    const page = model.get("page");
    if (!page?.html) return;
    const active = root.getRootNode().activeElement;
    const focused = root.contains(active) ? active : null;
    const fresh = document.createElement("template");
    fresh.innerHTML = alias ? page.html.replaceAll(page.uid, page.uid + alias) : page.html;
    root.id = page.uid + alias;
    root.lang = page.language;
    root.dir = page.direction;
    root.setAttribute("aria-labelledby", `${root.id}-title`);
    morphChildren(root, fresh.content, held);
    if (page.opens && page.opens !== opened) tab = page.opens;
    opened = page.opens;
    showTab(tab);
    if (focused && !focused.isConnected) handOn(focused);
  }
  function onPage() {
    const page = model.get("page");
    if (sent && page.turn === sent.turn) answered();
    draw();
    say(page.say);
    send();
  }

  function valueOf(input) {
    if (input.type === "checkbox") return input.checked;
    if (input.type === "number" || input.type === "range") return Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null;
    return input.value;
  }
  function onInput(event) {
    const input = event.target;
    if (input.dataset.combo) return event.type === "input" ? list.typed(input) : undefined;
    if (!input.dataset.key) return;
    if (event.type === "change") return settle(input);
    if (input.type === "number" || input.type === "search") typing = input;
    if (input.type === "search") {
      clearTimeout(pause);
      if (event.isComposing) return; // a word of Chinese is not yet chosen
      pause = setTimeout(seek, PAUSE, input);
      return;
    }
    const value = valueOf(input);
    if (value !== null) ask({ [input.dataset.key]: value });
  }
  function seek(input) {
    clearTimeout(pause);
    const { key } = input.dataset;
    const known = { ...model.get("page").state, ...asked, ...wish };
    if (input.value !== known[key]) ask({ [key]: input.value });
  }
  function settle(input) {
    // a number that cannot be, or words that are looked for, stand as they were typed until the field is left
    if (input !== typing) return;
    typing = null;
    if (input.type === "search") seek(input);
    draw();
  }
  function onClick(event) {
    const button = event.target.closest?.("[data-set], [data-change], [data-reset], [data-tab]");
    if (!button || !root.contains(button)) return;
    const { set, value, change, reset, tab: panel, show } = button.dataset;
    if (panel !== undefined) showTab(panel, true);
    else if (reset !== undefined) ask({ ...model.get("page").start });
    else if (change !== undefined) ask(JSON.parse(change));
    else ask({ [set]: JSON.parse(value) });
    if (show !== undefined) showTab(show, true);
  }
  function onKey(event) {
    const { target, key } = event;
    if (target.matches("[data-combo]")) return list.key(event, target);
    if (target.matches("[role=tab]")) {
      const tabs = [...root.querySelectorAll("[role=tab]")];
      const forward = getComputedStyle(root).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const step = { ArrowLeft: -1, ArrowRight: -1, [forward]: 1 }[key];
      const at = tabs.indexOf(target);
      const to = key === "Home" ? 0 : key === "End" ? tabs.length - 1 : step && (at + step + tabs.length) % tabs.length;
      if (to === undefined) return;
      event.preventDefault();
      showTab(tabs[to].dataset.tab, true);
    } else if (target.closest("[data-tiles]") && DIRECTIONS[key]) {
      event.preventDefault();
      stepOnMap(target, DIRECTIONS[key]);
    } else if ((key === "Enter" || key === " ") && target.matches("[data-set]") && target.nodeName !== "BUTTON") {
      event.preventDefault(); // a square of a map is a button only by its role
      target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
  }

  const list = combobox(root, (key, value) => ask({ [key]: value }));
  const handlers = { input: onInput, change: onInput, compositionend: onInput, click: onClick, keydown: onKey, focusout: (event) => settle(event.target) };
  for (const [name, handler] of Object.entries(handlers)) root.addEventListener(name, handler);
  if (!root.isConnected) el.append(root);
  el.append(voice);
  draw();
  model.on("change:page", onPage);
  return () => {
    model.off("change:page", onPage);
    timers.forEach(clearTimeout);
    clearTimeout(pause);
    clearTimeout(speech);
  };
}

export default { render };
