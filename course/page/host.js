// The page host: opens the kernel's websocket, asks the widget control comm for every model, renders each model's own
// module into its place, and passes changes both ways. Standalone Voilà lets comm messages through and nothing else.

const kernel = JSON.parse(document.getElementById("kernel").textContent);
const session = uuid();
const models = new Map();
const places = new Map(); // model id -> element
const modules = new Map(); // module text -> promise of the module
const control = uuid();
const notice = document.getElementById("connection");
let socket;
let tries = 0;
let queue = []; // what could not be sent yet

class Model {
  constructor(id, state) {
    this.id = id;
    this.state = state;
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
  const text = message("comm_msg", { comm_id: id, data });
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
  else queue.push(text);
}

function connect() {
  const url = new URL(`${kernel.base}api/kernels/${kernel.id}/channels?session_id=${session}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  socket.onopen = () => {
    tries = 0;
    say("");
    if (models.size) queue.splice(0).forEach((text) => socket.send(text));
    else void done.then(askForModels);
  };
  socket.onmessage = (event) => typeof event.data === "string" && receive(JSON.parse(event.data));
  socket.onclose = () => {
    tries += 1;
    const gone = tries > 8;
    say(gone ? "The connection to the course is lost. Reload the page: saved answers are kept." : "Connection lost. Trying again…", "error");
    if (!gone) setTimeout(connect, Math.min(1000 * 2 ** (tries - 1), 15000));
  };
}

function askForModels() {
  socket.send(message("comm_open", { comm_id: control, target_name: "jupyter.widget.control", data: {} }, { version: "1.0.0" }));
  socket.send(message("comm_msg", { comm_id: control, data: { method: "request_states" } }));
}

function receive({ msg_type: type, content }) {
  if (type !== "comm_msg") return;
  const { comm_id: id, data } = content;
  if (id === control && data.method === "update_states") {
    for (const [model, { state }] of Object.entries(data.states)) models.set(model, new Model(model, state));
    for (const [model, place] of places) void render(models.get(model), place);
  } else if (data.method === "update") models.get(id)?.update(data.state);
  else if (data.method === "custom") models.get(id)?.emit("msg:custom", data.content, []);
}

async function render(model, place) {
  try {
    const text = model.get("_esm");
    if (!modules.has(text)) modules.set(text, import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
    let widget = (await modules.get(text)).default;
    if (typeof widget === "function") widget = await widget();
    await widget.initialize?.({ model });
    await widget.render({ model, el: place });
    place.dataset.alive = "";
  } catch (error) {
    console.error(error);
    fail(place);
  }
}

function fail(place) {
  const note = document.createElement("p");
  note.className = "notice";
  note.textContent = "This part of the page could not start. Reload the page; if it stays so, tell your instructor.";
  place.append(note);
}

function say(text, tone = "") {
  notice.textContent = text;
  notice.dataset.tone = tone;
}

/** Resolves when the page has arrived whole: every cell has run and named its model. */
const done = new Promise((resolve) => {
  const look = () => {
    if (document.readyState === "loading") return void document.addEventListener("DOMContentLoaded", look, { once: true });
    for (const script of document.querySelectorAll("script[data-view]")) {
      const place = document.getElementById(script.dataset.view);
      if (place) places.set(JSON.parse(script.textContent), place);
    }
    for (const fresh of document.querySelectorAll("template[data-html]"))
      document.getElementById(fresh.dataset.html)?.replaceChildren(fresh.content);
    for (const script of document.querySelectorAll("script[data-failed]")) {
      const place = document.getElementById(script.dataset.failed);
      if (place) fail(place);
    }
    if (!document.querySelector("script[data-done]")) say("The page did not arrive whole. Reload it.", "error");
    resolve();
  };
  look();
});

/** A random id; crypto.randomUUID exists only on secure origins, and a mission's own server may speak plain http. */
function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

connect();
