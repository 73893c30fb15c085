// What fills the side of the picture when no set is on: set-up, rest, pause, stop, messages, summary.

import { el, icon } from "./dom.mjs";
import { fitted } from "./fitted.mjs";

class Panel {
  constructor(words, name, test) {
    this.words = words;
    this.element = el("section", { class: `panel ${name}`, "data-test": test ?? name, hidden: true });
    new ResizeObserver(() => fitted(this.element)).observe(this.element);
  }

  /** Put these children there, unless `key` says that they are there already. */
  put(key, ...children) {
    const known = `${key}|${this.words.language}`;
    if (known === this.shown) return;
    this.shown = known;
    this.element.replaceChildren(...children);
    fitted(this.element);
  }

  hide() {
    this.element.hidden = true;
  }
}

/** Head, hands, feet: what of the resident is in the picture. */
export class SetupPanel extends Panel {
  constructor(words) {
    super(words, "setup");
  }

  show(seen) {
    this.element.hidden = false;
    const { words } = this;
    const parts = ["head", "hands", "feet"];
    this.put(
      parts.map((part) => seen[part]).join(),
      el("h2", {}, words.word("stage.setup.title")),
      el("ul", { class: "parts" }, ...parts.map((part) =>
        el("li", { "data-seen": String(Boolean(seen[part])) }, icon(seen[part] ? "check" : "blind"),
          el("span", {}, words.word(`stage.setup.${part}`)), el("em", {}, words.word(seen[part] ? "stage.setup.seen" : "stage.setup.unseen"))))),
    );
  }
}

/** The strap: where it is worn, and a button that finds it where the browser can. */
export class StrapPanel extends Panel {
  constructor(words, connect) {
    super(words, "strap");
    this.connect = connect;
  }

  show({ possible, state, bpm }) {
    this.element.hidden = false;
    const { words } = this;
    const key = bpm == null ? state : "connected";
    this.put(
      `${key}|${possible}|${bpm}`,
      el("h2", {}, icon("heart"), words.word("stage.strap.title")),
      el("p", {}, bpm == null ? words.word(`stage.strap.${state}`) : `${bpm}`),
      ...(possible && state !== "connected" && state !== "connecting"
        ? [el("button", { type: "button", class: "answer", "data-test": "strap", onclick: this.connect }, icon("heart"), el("span", {}, words.word("stage.strap.connect")))]
        : []),
    );
  }
}

/** The seconds of a rest that are left. */
export class RestPanel extends Panel {
  constructor(words) {
    super(words, "rest");
    this.number = el("strong", { class: "number", "data-test": "rest-left" });
  }

  show(view) {
    this.element.hidden = false;
    const { words } = this;
    const left = view.left_s == null ? "" : String(view.left_s);
    if (this.number.textContent !== left) this.number.textContent = left;
    if (this.worded !== words.language) {
      this.worded = words.language;
      this.seconds = el("div", { class: "left", role: "timer" }, this.number, el("span", {}, words.word("stage.rest.seconds")));
      this.put("rest", el("h2", {}, words.word("stage.rest.title")), this.seconds);
    }
    this.seconds.style.visibility = left ? "visible" : "hidden"; // after the last set nobody waits
  }
}

/** "We pause", with everything that one may want to change meanwhile. */
export class PausePanel extends Panel {
  constructor(words, { change, values }) {
    super(words, "paused");
    this.change = change;
    this.values = values;
  }

  show(paused_by) {
    this.element.hidden = false;
    const { words } = this;
    const held = paused_by === "STOP-9" ? "fall" : paused_by.startsWith("STOP") ? "held" : ["away", "camera"].includes(paused_by) ? paused_by : "asked";
    const known = this.values();
    const row = (name, shown) => el(
      "div", { class: "setting", role: "group", "aria-label": words.word(`stage.settings.${name}`) },
      el("span", {}, words.word(`stage.settings.${name}`)),
      el("button", { type: "button", class: "small", "data-test": `${name}-less`, "aria-label": words.word("stage.settings.less"), onclick: () => this.change(name, -1) }, "−"),
      el("output", {}, shown),
      el("button", { type: "button", class: "small", "data-test": `${name}-more`, "aria-label": words.word("stage.settings.more"), onclick: () => this.change(name, 1) }, "+"),
    );
    const percent = (value) => `${Math.round(100 * value)}%`;
    this.put(
      `${held}|${JSON.stringify(known)}`,
      el("h2", {}, icon("pause"), words.word("stage.paused.title")),
      el("p", {}, words.word(`stage.paused.${held}`)),
      el("div", { class: "settings" }, row("volume", percent(known.volume)), row("rate", percent(known.rate)), row("text", percent(known.text))),
    );
  }
}

/** One plain message: what is the matter and what to do. */
export class MessagePanel extends Panel {
  constructor(words) {
    super(words, "message");
    this.element.setAttribute("role", "alert");
  }

  show({ shape, key, places = {}, title = "", text = "", actions = [] }) {
    this.element.hidden = false;
    const { words } = this;
    this.put(
      `${key}|${JSON.stringify(places)}|${text}|${actions.map((one) => one.name).join()}`,
      el("div", { class: "shape" }, icon(shape, "100%")),
      el("h2", {}, title || words.word(`${key}.title`, places)),
      el("p", {}, text || words.word(`${key}.text`, places)),
      el("div", { class: "actions" }, ...actions.map((one) =>
        el("button", { type: "button", class: `answer ${one.main ? "chief" : ""}`, "data-test": one.name, onclick: one.press }, icon(one.shape), el("span", {}, words.word(one.word))))),
    );
    this.element.dataset.about = key;
  }
}

/** What was done, large and plain. */
export class SummaryPanel extends Panel {
  constructor(words, done) {
    super(words, "summary");
    this.done = done;
  }

  show(view, kept) {
    this.element.hidden = false;
    const { words } = this;
    const results = together(view.results ?? []);
    const outcome = view.outcome;
    const minutes = outcome ? Math.max(1, Math.round(outcome.lasted_s / 60)) : null;
    const whole = results.length > 0 && results.every((one) => one.done >= one.planned);
    const praise = results.length === 0 ? "none" : whole ? "whole" : "part";
    this.put(
      JSON.stringify([results, minutes, kept]),
      el("h2", {}, words.word("stage.summary.title")),
      el("p", { class: "praise" }, words.word(`stage.summary.${praise}`)),
      el("ul", { class: "results" }, ...results.map((one) => el(
        "li", {}, icon(one.done >= one.planned ? "check" : "dot"), el("span", { class: "what" }, words.of(one.name)),
        el("strong", {}, words.word(one.mode === "reps" ? "stage.summary.repetitions" : "stage.summary.seconds", { done: Math.floor(one.done), planned: Math.round(one.planned) })),
      ))),
      el("div", { class: "figures" },
        ...(minutes === null ? [] : [el("p", {}, words.word("stage.summary.minutes", { minutes }))]),
        ...(outcome?.highest_bpm ? [el("p", {}, words.word("stage.summary.heart", { bpm: Math.round(outcome.highest_bpm) }))] : []),
        ...(kept === false ? [el("p", { class: "hint" }, words.word("stage.summary.not_kept"))] : [])),
      el("button", { type: "button", class: "answer chief", "data-test": "done", onclick: this.done }, icon("check"), el("span", {}, words.word("stage.done"))),
    );
  }
}

/** The sets of one exercise as one line. */
function together(results) {
  const lines = new Map();
  for (const one of results) {
    const line = lines.get(one.exercise) ?? { ...one, done: 0, planned: 0 };
    line.done += one.done;
    line.planned += one.planned;
    lines.set(one.exercise, line);
  }
  return [...lines.values()];
}
