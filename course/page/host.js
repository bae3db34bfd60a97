// The page host: opens the kernel's websocket, asks the widget control comm for every model, renders each model's own
// module into its place, and passes changes both ways. Standalone Voilà lets comm messages through and nothing else.
// When the connection breaks it joins the same kernel again; when the kernel is gone it fetches a new one, and every
// widget comes back with what the store holds, what was typed, and where a figure stood.

const SILENCE = 12000; // ms without any answer until the line counts as broken
const LONGEST_PAUSE = 15000; // ms between two tries

const words = JSON.parse(document.getElementById("words").textContent);
const t = (text) => words[text] ?? text;
const notice = document.getElementById("connection");
const session = uuid();
const models = new Map();
const places = new Map(); // model id -> element
const leave = new Map(); // element -> what its widget does when it goes
const modules = new Map(); // module text -> promise of the module
let kernel; // named by the page as soon as it has started
let control = uuid();
let opened = false; // whether the page itself brought the widgets' states
let socket;
let queue = []; // what could not be sent yet
let unanswered = []; // what was sent since the kernel was last heard
let silence = 0;

class Model {
  constructor(id, state, module) {
    this.id = id;
    this.state = state;
    this.module = module; // the address of its module, where the page does not get its text
    this.dirty = {};
    this.listeners = new Map();
  }
  get(key) {
    return this.state[key];
  }
  set(key, value) {
    this.state[key] = value;
    this.dirty[key] = value;
    this.emit(`change:${key}`, value);
  }
  save_changes() {
    if (!Object.keys(this.dirty).length) return;
    sendComm(this.id, { method: "update", state: this.dirty, buffer_paths: [] });
    this.dirty = {};
  }
  send(content) {
    sendComm(this.id, { method: "custom", content });
  }
  on(name, callback) {
    for (const event of name.split(" ")) (this.listeners.get(event) ?? this.listeners.set(event, new Set()).get(event)).add(callback);
  }
  off(name, callback) {
    if (!name) return void this.listeners.clear();
    for (const event of name.split(" ")) callback ? this.listeners.get(event)?.delete(callback) : this.listeners.delete(event);
  }
  emit(name, ...values) {
    for (const callback of this.listeners.get(name) ?? []) callback(...values);
  }
  update(state) {
    Object.assign(this.state, state);
    for (const key of Object.keys(state)) this.emit(`change:${key}`, state[key]);
    this.emit("change");
  }
}

function message(type, content, metadata = {}) {
  const header = { msg_id: uuid(), msg_type: type, username: "", session, version: "5.3", date: new Date().toISOString() };
  return JSON.stringify({ header, parent_header: {}, metadata, content, buffers: [], channel: "shell" });
}

function sendComm(id, data) {
  send(message("comm_msg", { comm_id: id, data }));
}

function send(text) {
  if (socket?.readyState !== WebSocket.OPEN) return void queue.push(text);
  socket.send(text);
  unanswered.push(text);
  silence ||= setTimeout(() => socket.close(), SILENCE); // a line can break without telling anybody
}

function heard() {
  clearTimeout(silence);
  silence = 0;
  unanswered = [];
}

// --- joining, losing, joining again --------------------------------------------------------------------------

/** Open the kernel's websocket; resolves to whether it opened. */
function join() {
  return new Promise((resolve) => {
    const url = new URL(`${kernel.base}api/kernels/${kernel.id}/channels?session_id=${session}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const mine = new WebSocket(url);
    mine.onopen = () => {
      socket = mine;
      resolve(true);
    };
    mine.onmessage = (event) => typeof event.data === "string" && receive(JSON.parse(event.data));
    mine.onclose = () => {
      resolve(false);
      if (socket === mine) void lost();
    };
  });
}

async function lost() {
  socket = undefined;
  queue = [...unanswered, ...queue];
  heard();
  for (let tries = 0; ; tries += 1) {
    say(tries < 4 ? t("Connection lost. Trying again…") : t("The course does not answer. What you write stays in this window; trying again…"), "error");
    await pause(tries ? Math.min(500 * 2 ** tries, LONGEST_PAUSE) : 200);
    if (await join()) break;
    if ((await gone()) && (await revived())) return;
  }
  if (models.size) queue.splice(0).forEach(send);
  else void done.then(askForModels);
  back();
}

/** Whether the server answers and knows nothing of the kernel: it has ended, or the server is another one. */
async function gone() {
  try {
    return (await fetch(`${kernel.base}api/kernels/${kernel.id}`, { cache: "no-store" })).status === 404;
  } catch {
    return false;
  }
}

/** Fetch the page anew for its kernel; what is shown stays. */
async function revived() {
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.querySelector("script[data-done]")) return false;
    kernel = JSON.parse(page.getElementById("kernel").textContent);
    control = uuid();
    places.clear();
    models.clear();
    if (!(await join())) return false;
    queue = []; // meant for models that are no more; what is not saved is kept by each widget
    findPlaces(page);
    askForModels();
    back();
    return true;
  } catch {
    return false;
  }
}

function back() {
  say(t("Connected again."));
  setTimeout(() => notice.textContent === t("Connected again.") && say(""), 6000);
}

function pause(time) {
  return new Promise((resolve) => {
    setTimeout(resolve, time);
    addEventListener("online", resolve, { once: true });
  });
}

function askForModels() {
  if (opened) return;
  send(message("comm_open", { comm_id: control, target_name: "jupyter.widget.control", data: {} }, { version: "1.0.0" }));
  send(message("comm_msg", { comm_id: control, data: { method: "request_states" } }));
}

function receive({ msg_type: type, content }) {
  heard();
  if (type === "status" && /restarting|dead/.test(content.execution_state)) {
    kernel = { ...kernel, id: "gone" }; // the same id may come back empty
    return void socket?.close();
  }
  if (type !== "comm_msg") return;
  const { comm_id: id, data } = content;
  if (id === control && data.method === "update_states") arrive(data.states);
  else if (data.method === "update") models.get(id)?.update(data.state);
  else if (data.method === "custom") models.get(id)?.emit("msg:custom", data.content, []);
}

function arrive(states) {
  for (const [id, { state }] of Object.entries(states)) models.set(id, new Model(id, state));
  for (const [id, place] of places) if (models.has(id)) void render(models.get(id), place);
  if (notice.textContent === t("Getting ready…")) say("");
}

/** Bring widgets to life one by one, what is being read first; in between the browser shows it and hears its reader. */
async function enliven(found) {
  const away = new Map(found.map((one) => [one, Math.abs(one[1].getBoundingClientRect().top)]));
  for (const [model, place] of found.sort((a, b) => away.get(a) - away.get(b))) {
    if (models.get(model.id) !== model) return; // another kernel has come meanwhile, with models of its own
    await render(model, place);
    if (!document.hidden) await new Promise((resolve) => setTimeout(resolve)); // in a tab behind another, a pause would last a second
  }
  // What came to life above may have become taller; whoever asked for a section finds it still on top.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  if (document.documentElement.dataset.began === "within") document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

async function render(model, place) {
  const held = place.contains(document.activeElement) ? document.activeElement.id : "";
  const before = leave.get(place);
  try {
    before?.stop?.();
    let widget = (await moduleOf(model)).default;
    if (typeof widget === "function") widget = await widget();
    await widget.initialize?.({ model });
    const stop = await widget.render({ model, el: place });
    leave.set(place, { stop, model });
    place.dataset.alive = "";
    // A figure comes back where its reader had turned it.
    const state = before?.model.get("page")?.state;
    if (state) {
      model.set("state", { ...state });
      model.save_changes();
    }
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  } catch (error) {
    console.error(error);
    fail(place);
  }
}

/** A widget's own module: a file of the course, or the text that the widget itself brings. Each is loaded once. */
function moduleOf(model) {
  const text = model.get("_esm") ?? model.module;
  if (!modules.has(text)) modules.set(text, import(model.module ?? URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  return modules.get(text);
}

function fail(place) {
  const note = document.createElement("p");
  note.className = "notice";
  note.textContent = t("This part of the page could not start. Reload the page; if it stays so, tell your instructor.");
  place.append(note);
}

function say(text, tone = "") {
  notice.textContent = text;
  notice.dataset.tone = tone;
}

/** Note which model belongs to which place of this page, as the page itself says it or a newer copy of it; what it says whole, comes to life. */
function findPlaces(page) {
  for (const script of page.querySelectorAll("script[data-view]")) {
    const place = document.getElementById(script.dataset.view);
    if (place) places.set(JSON.parse(script.textContent), place);
  }
  const all = page.getElementById("opened");
  opened = Boolean(all);
  const brought = [];
  for (const { place, model, module, state } of all ? JSON.parse(all.textContent).widgets : []) {
    const element = document.getElementById(place);
    if (!element) continue;
    places.set(model, element);
    models.set(model, new Model(model, state, new URL(module, new URL(kernel.modules, location.href)).href));
    brought.push([models.get(model), element]);
  }
  void enliven(brought);
  if (opened && notice.textContent === t("Getting ready…")) say("");
}

/** Resolves when the page has arrived whole: every cell has run and named its model. */
const done = new Promise((resolve) => {
  const look = () => {
    if (document.readyState === "loading") return void document.addEventListener("DOMContentLoaded", look, { once: true });
    const named = document.getElementById("kernel");
    if (!named) return void say(t("The page did not arrive whole. Reload it."), "error");
    kernel = JSON.parse(named.textContent);
    findPlaces(document);
    for (const fresh of document.querySelectorAll("template[data-html]"))
      document.getElementById(fresh.dataset.html)?.replaceChildren(fresh.content);
    for (const script of document.querySelectorAll("script[data-failed]")) {
      const place = document.getElementById(script.dataset.failed);
      if (place) fail(place);
    }
    if (!document.querySelector("script[data-done]")) say(t("The page did not arrive whole. Reload it."), "error");
    resolve();
  };
  look();
});

/** A random id; crypto.randomUUID exists only on secure origins, and a mission's own server may speak plain http. */
function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

say(t("Getting ready…"));
// While the kernel starts, the modules of its widgets are made ready.
for (const link of document.querySelectorAll("link[rel=modulepreload]")) import(link.href).catch(() => {});
await done; // what the kernel says while it opens the lesson stands in the page: hearing it twice would undo what was typed since
if (await join()) {
  queue.splice(0).forEach(send); // widgets that the page brought may have spoken already
  askForModels();
} else void lost();
