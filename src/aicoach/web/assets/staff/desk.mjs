// The pages of staff: one address for each view, elements from the server, no reload between.
import { drawCharts } from "./charts.mjs";
import { mountReplay } from "./replay.mjs";
import { mountEditor } from "./editor.mjs";

const DEBOUNCE_MS = 250;
const LATE_MS = 60000;

// Questions go one after the other: the value of one component carries them there and back.
function asker({ props, trigger, watch }) {
  let number = 0, before = Promise.resolve(), heard = null;
  watch("value", () => {
    const said = props.value;
    if (heard && said && said.answer && said.number === heard.number) heard.resolve(said.answer);
  });
  const once = (question) => new Promise((resolve, reject) => {
    number += 1;
    const late = setTimeout(() => reject(new Error("late")), LATE_MS);
    heard = { number, resolve: (answer) => { clearTimeout(late); resolve(answer); } };
    props.value = { number, ...question };
    trigger("submit");
  });
  return (question) => {
    const mine = before.catch(() => {}).then(() => once(question));
    before = mine;
    return mine;
  };
}

export function mount(root, gradio) {
  const server = { ask: asker(gradio) };
  document.documentElement.classList.add("has-desk");
  const state = { root, server, words: {}, shown: 0, timer: 0, dirty: null };
  root.innerHTML = '<div data-frame></div><p class="toast" role="status" aria-live="polite" data-toast></p>' +
    '<div class="view" id="desk-main" tabindex="-1" data-view aria-busy="true"></div>';
  state.frame = root.querySelector("[data-frame]");
  state.view = root.querySelector("[data-view]");
  state.toast = root.querySelector("[data-toast]");
  theme(localStorage.getItem("aicoach-theme"));
  root.addEventListener("click", (event) => clicked(state, event));
  root.addEventListener("submit", (event) => submitted(state, event));
  root.addEventListener("input", (event) => filtered(state, event));
  root.addEventListener("change", (event) => filtered(state, event));
  root.addEventListener("keydown", (event) => keyed(event));
  window.addEventListener("popstate", () => show(state, { keepAddress: true }));
  window.addEventListener("beforeunload", (event) => {
    if (state.dirty && state.dirty()) event.preventDefault();
  });
  window.addEventListener("beforeprint", () => {
    for (const one of root.querySelectorAll("details:not(.menu):not([open])")) {
      one.open = true;
      one.dataset.printed = "1";
    }
  });
  window.addEventListener("afterprint", () => {
    for (const one of root.querySelectorAll("details[data-printed]")) {
      one.open = false;
      delete one.dataset.printed;
    }
  });
  show(state, { keepAddress: true });
}

// Which page of which table: of the list, of the safety events, of the versions of plans.
const PAGES = ["p", "e", "v"];

export function fieldsOf(search) {
  const fields = Object.fromEntries(new URLSearchParams(search));
  const page = fields.at || "";
  delete fields.at;
  for (const number of PAGES) if (fields[number]) fields[number] = Number(fields[number]);
  return { page, fields };
}

export async function ask(state, name, fields, quiet = false) {
  try {
    const answer = await state.server.ask({ ask: name, with: fields, quiet });
    if (answer && answer.problem === "sign_in" && !quiet) {
      location.assign("/sign-in?next=" + encodeURIComponent("/staff" + location.search));
    }
    return answer || { problem: "broken", say: state.words.lost || "" };
  } catch {
    return { problem: "lost", say: state.words.lost || "Connection lost. Reload the page. / 连接断了，请刷新。" };
  }
}

async function show(state, { keepAddress = false, quiet = false, to = null, focus = true } = {}) {
  const mine = ++state.shown;
  clearTimeout(state.timer);
  const { page, fields } = fieldsOf(location.search);
  if (!quiet) state.view.setAttribute("aria-busy", "true");
  const answer = await ask(state, page || "home", fields, quiet);
  if (mine !== state.shown) return;
  state.view.removeAttribute("aria-busy");
  if (answer.problem) {
    if (quiet) return again(state, 15);
    if (answer.frame) state.frame.innerHTML = answer.frame;
    state.view.innerHTML = `<div class="problem" role="alert"><h1 tabindex="-1"></h1><p><a data-go href="?">‹</a></p></div>`;
    state.view.querySelector("h1").textContent = answer.say;
    state.view.querySelector("a").textContent = "‹ " + (state.words.back || "aicoach");
    return;
  }
  const active = document.activeElement;
  const held = quiet && active && state.view.contains(active) ? remember(active) : null;
  if (quiet && active && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName) && state.view.contains(active)) {
    return again(state, answer.again_s); // somebody types: not now
  }
  const scroll = window.scrollY;
  state.words = answer.words || state.words;
  document.documentElement.lang = answer.language === "zh" ? "zh-CN" : "en";
  document.title = answer.title + " · aicoach";
  if (!quiet || answer.frame !== state.lastFrame) {
    const kept = state.frame.contains(active) ? remember(active) : null;
    state.frame.innerHTML = answer.frame;
    state.lastFrame = answer.frame;
    if (kept) recall(state.frame, kept);
  }
  state.dirty = null;
  if (!quiet || answer.html !== state.lastHtml) {
    state.view.innerHTML = answer.html;
    state.lastHtml = answer.html;
    enliven(state, state.view);
  }
  if (quiet) {
    if (held) recall(state.view, held);
    window.scrollTo(0, scroll);
  } else if (to) {
    jump(state, to);
  } else if (keepAddress !== "same") {
    const heading = state.view.querySelector("h1");
    if (heading && focus && mine > 1) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    window.scrollTo(0, 0);
  } else {
    window.scrollTo(0, scroll);
  }
  root_ready(state);
  again(state, answer.again_s);
}

function root_ready(state) {
  state.root.dataset.ready = String(state.shown);
}

function again(state, seconds) {
  clearTimeout(state.timer);
  if (!seconds) return;
  state.timer = setTimeout(() => {
    if (document.hidden || (state.dirty && state.dirty())) return again(state, seconds);
    show(state, { keepAddress: true, quiet: true });
  }, seconds * 1000);
}

function enliven(state, within) {
  drawCharts(within, state.words, (href) => go(state, href));
  for (const one of within.querySelectorAll("[data-replay]")) mountReplay(one, within, state.words);
  for (const one of within.querySelectorAll("[data-editor]")) {
    state.dirty = mountEditor(one, {
      ask: (name, fields) => ask(state, name, fields),
      words: state.words,
      go: (href) => go(state, href),
      say: (text) => say(state, text),
    });
  }
  kinds(within);
}

function kinds(within) {
  const box = within.querySelector("[data-kinds]");
  if (!box) return;
  box.addEventListener("change", () => {
    const on = new Set([...box.querySelectorAll("input:checked")].map((one) => one.value));
    for (const item of within.querySelectorAll("[data-kind]")) item.hidden = !on.has(item.dataset.kind);
  });
}

function go(state, href) {
  if (state.dirty && state.dirty() && !confirm(state.words.leave)) return;
  state.dirty = null;
  history.pushState(null, "", href);
  show(state);
}

function jump(state, id) {
  const found = state.view.querySelector("#" + CSS.escape(id));
  if (!found) return;
  found.scrollIntoView({ block: "start" });
  const field = found.closest("section")?.querySelector("textarea, input:not([type=hidden])");
  (field || found).focus({ preventScroll: true });
}

function clicked(state, event) {
  const target = event.target.closest("a, button, summary");
  if (!target || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const data = target.dataset;
  if (data.region !== undefined && target.href) {
    event.preventDefault();
    const there = new URLSearchParams(location.search);
    for (const [name, value] of new URLSearchParams(target.getAttribute("href"))) there.set(name, value);
    history.replaceState(null, "", "?" + there);
    region(state, data.region, target);
  } else if (data.go !== undefined) {
    event.preventDefault();
    go(state, target.getAttribute("href"));
  } else if (data.jump !== undefined) {
    event.preventDefault();
    jump(state, target.getAttribute("href").slice(1));
  } else if (target.classList.contains("skip")) {
    event.preventDefault();
    state.view.focus();
  } else if (data.language) {
    language(state, data.language);
  } else if (data.themeButton !== undefined) {
    theme(document.body.classList.contains("dark") ? "light" : "dark", true);
  } else if (data.print !== undefined) {
    window.print();
  } else if (data.signOut !== undefined) {
    leave(state);
  } else if (data.ask) {
    const { ask: name, confirm: sure, ...fields } = data;
    if (!sure || confirm(sure)) act(state, name, { ...fields }, target);
  } else if (data.seek !== undefined) {
    state.root.dispatchEvent(new CustomEvent("seek", { detail: Number(data.seek) }));
  }
  for (const menu of state.root.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target) || target.tagName === "A") menu.open = false;
  }
}

function keyed(event) {
  const menu = event.target.closest && event.target.closest("details.menu[open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}

async function submitted(state, event) {
  const form = event.target;
  if (form.closest("[data-editor]")) return;
  event.preventDefault();
  if (form.dataset.filter !== undefined) return filter(state, form);
  if (!form.dataset.ask) return;
  const fields = {};
  for (const [name, value] of new FormData(form)) fields[name] = value;
  for (const box of form.querySelectorAll("input[type=checkbox][name]")) fields[box.name] = box.checked;
  await act(state, form.dataset.ask, fields, form.querySelector("button:not([type=button])"), form);
}

async function act(state, name, fields, button, form = null) {
  if (button) button.disabled = true;
  const answer = await ask(state, name, fields);
  if (button) button.disabled = false;
  if (answer.say) say(state, answer.say, Boolean(answer.problem));
  if (answer.problem) {
    if (form) place(form, answer);
    return;
  }
  if (answer.slip) return slip(state, answer);
  if (answer.go) {
    state.dirty = null;
    history.pushState(null, "", answer.go);
    await show(state);
  } else if (answer.again) {
    await show(state, { keepAddress: "same", to: answer.to || null });
  }
}

// What is shown once and kept nowhere, such as a card to print.
function slip(state, answer) {
  const dialog = document.createElement("dialog");
  dialog.className = "slip";
  dialog.innerHTML = answer.slip;
  state.root.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog.close();
    if (event.target.closest("[data-print-slip]")) {
      document.body.classList.add("print-slip");
      window.print();
      document.body.classList.remove("print-slip");
    }
  });
  dialog.showModal();
}

function place(form, answer) {
  form.querySelector("[data-said]")?.remove();
  const said = document.createElement("p");
  said.dataset.said = "";
  said.className = "wrong";
  said.setAttribute("role", "alert");
  said.textContent = answer.say;
  form.append(said);
}

let waiting = 0;
function filtered(state, event) {
  const form = event.target.closest("form[data-filter]");
  if (!form || (event.type === "change" && event.target.matches("input[type=search], input[type=text]"))) return;
  if (event.type === "input" && event.target.matches("select, input[type=checkbox], input[type=date]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => filter(state, form), event.type === "input" ? DEBOUNCE_MS : 0);
}

function filter(state, form) {
  // A part of a page leaves in the address what the other parts show; its own begins anew.
  const given = new URLSearchParams(form.dataset.region ? location.search : "");
  given.set("at", form.dataset.page);
  if (form.dataset.anew) given.delete(form.dataset.anew);
  for (const [name, value] of new FormData(form)) {
    if (value) given.set(name, value);
    else given.delete(name);
  }
  history.replaceState(null, "", "?" + given);
  if (form.dataset.region) return region(state, form.dataset.region, document.activeElement);
  const kept = remember(document.activeElement);
  show(state, { keepAddress: "same", focus: false }).then(() => recall(state.view, kept));
}

async function region(state, name, from) {
  const place = state.view.querySelector(`[data-region-of="${name}"]`);
  const kept = remember(from);
  const answer = await ask(state, name, fieldsOf(location.search).fields);
  if (answer.problem) return say(state, answer.say, true);
  place.innerHTML = answer.html;
  enliven(state, place);
  recall(place, kept);
  root_ready(state);
}

function remember(element) {
  if (!element || element === document.body) return null;
  const form = element.closest("form");
  return {
    name: element.getAttribute("name"), form: form && (form.dataset.page || form.dataset.ask),
    href: element.getAttribute("href"), text: element.textContent.slice(0, 40), tag: element.tagName,
    rel: element.getAttribute("rel"), key: Object.keys(element.dataset).sort().join(),
    at: element.selectionStart,
  };
}

function recall(within, kept) {
  if (!kept) return;
  const all = [...within.querySelectorAll(kept.tag)];
  const found = all.find((one) => kept.name && one.getAttribute("name") === kept.name) ||
    all.find((one) => kept.rel && one.getAttribute("rel") === kept.rel) ||
    all.find((one) => kept.href && one.getAttribute("href") === kept.href) ||
    all.find((one) => !kept.name && Object.keys(one.dataset).sort().join() === kept.key && kept.key);
  if (!found) return;
  found.focus({ preventScroll: true });
  if (kept.at !== null && kept.at !== undefined && found.setSelectionRange && found.type !== "number") {
    try { found.setSelectionRange(kept.at, kept.at); } catch { /* not a field of text */ }
  }
}

async function language(state, chosen) {
  if (state.dirty && state.dirty() && !confirm(state.words.leave)) return;
  await fetch("/entry/language", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ language: chosen }),
  });
  state.lastFrame = null;
  await show(state, { keepAddress: "same", focus: false });
  state.frame.querySelector("[data-language]")?.focus();
}

function theme(name, keep = false) {
  if (name !== "light" && name !== "dark") return;
  document.body.classList.toggle("dark", name === "dark");
  if (keep) localStorage.setItem("aicoach-theme", name);
}

async function leave(state) {
  if (state.dirty && state.dirty() && !confirm(state.words.leave)) return;
  state.dirty = null;
  await fetch("/entry/sign-out", { method: "POST" });
  location.assign("/sign-in?next=" + encodeURIComponent("/staff"));
}

let fading = 0;
export function say(state, text, wrong = false) {
  state.toast.textContent = text;
  state.toast.className = "toast on" + (wrong ? " wrong" : "");
  clearTimeout(fading);
  fading = setTimeout(() => { state.toast.className = "toast"; }, wrong ? 9000 : 5000);
}
