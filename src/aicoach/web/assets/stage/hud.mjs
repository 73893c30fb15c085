// What is always on the stage: seen or not, exercise, heart, count, range, tempo, caption, buttons.

import { el, icon } from "./dom.mjs";

const LINGER_S = 1.5; // a caption stays after it was said
const LEAST_S = 4; // and at least so long
const ZONES = { below: "down", in: "check", above: "up" };
const LASTING = 3; // "slow down" and more
const LEVELS = [null, "info", "warn", "warn", "halt", "halt"];

/** A text that shrinks until its box holds it. */
export function fitted(box) {
  box.style.setProperty("--shrink", 1);
  for (let shrink = 0.95; shrink > 0.3; shrink -= 0.05) {
    if (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1) return;
    box.style.setProperty("--shrink", shrink);
  }
}

/** The line above the picture: "I can see you", the exercise, the heart, sound and language. */
export class TopLine {
  constructor(words, { language, sound }) {
    this.words = words;
    this.seen = el("div", { class: "seen", role: "status", "data-test": "seen" });
    this.title = el("h2", { class: "title", "data-test": "title" });
    this.heart = el("div", { class: "heart", role: "status", "data-test": "heart" });
    this.sound = el("button", { type: "button", class: "tool", "data-test": "sound", onclick: sound });
    this.language = el("button", { type: "button", class: "tool", "data-test": "language", onclick: language });
    this.element = el("header", { class: "top" }, this.seen, this.title, this.heart, el("div", { class: "tools" }, this.sound, this.language));
  }

  show(view, { seen, muted }) {
    const { words } = this;
    const state = seen ? "seen" : "not_seen";
    if (this.shownSeen !== state + words.language) {
      this.shownSeen = state + words.language;
      this.seen.dataset.seen = String(seen);
      this.seen.replaceChildren(icon(seen ? "eye" : "blind"), el("span", {}, words.word(`stage.${state}`)));
    }
    this.showTitle(words.of(view.name), view.set > 0 && view.sets > 1 ? words.word("stage.set", { set: view.set, sets: view.sets }) : "");
    this.showHeart(view);
    this.showTools(muted);
  }

  showTitle(name, set) {
    const key = `${name}|${set}`;
    if (this.shownTitle === key) return;
    this.shownTitle = key;
    this.title.replaceChildren(...(name ? [el("span", {}, name)] : []), ...(set ? [el("span", { class: "set" }, set)] : []));
  }

  showTools(muted) {
    const { words } = this;
    const key = `${muted}|${words.language}`;
    if (this.shownTools === key) return;
    this.shownTools = key;
    this.language.replaceChildren(icon("globe"), el("span", {}, words.word("stage.other_language")));
    this.language.lang = words.language === "zh" ? "en" : "zh";
    this.sound.replaceChildren(icon(muted ? "cross" : "sound"), el("span", {}, words.word(muted ? "stage.sound_off" : "stage.sound_on")));
    this.sound.setAttribute("aria-pressed", String(!muted));
  }

  showHeart(view) {
    const { words } = this;
    this.heart.hidden = !view.strap && view.bpm == null;
    const zone = ZONES[view.zone] ? view.zone : null;
    const key = `${view.bpm}|${zone}|${words.language}`;
    if (this.shownHeart === key) return;
    this.shownHeart = key;
    this.heart.dataset.zone = zone ?? "none";
    const number = view.bpm == null ? "–" : String(view.bpm);
    this.heart.replaceChildren(
      icon("heart"),
      el("strong", {}, number),
      el("span", { class: "zone" }, ...(zone ? [icon(ZONES[zone])] : []), words.word(view.bpm == null ? "stage.heart.none" : `stage.heart.${zone ?? "unit"}`)),
    );
    this.heart.setAttribute("aria-label", `${words.word("stage.heart.name")} ${number}`);
  }
}

/** The large number and what it is of. */
export class Count {
  constructor(words) {
    this.words = words;
    this.number = el("span", { class: "number", "data-test": "count" });
    this.of = el("span", { class: "of", "data-test": "of" });
    this.element = el("div", { class: "count", role: "status", "aria-live": "polite", "aria-atomic": "true" }, this.number, this.of);
  }

  show(view) {
    const timed = view.mode !== "reps";
    const of = view.planned ? this.words.word(timed ? "stage.count.of_seconds" : "stage.count.of", { planned: Math.round(view.planned) }) : "";
    const number = String(view.done ?? 0);
    if (this.number.textContent !== number) this.number.textContent = number;
    if (this.of.textContent !== of) this.of.textContent = of;
    this.element.setAttribute("aria-live", timed ? "off" : "polite");
  }

  /** A short jump of the number at the end of a repetition. */
  jump() {
    this.number.classList.remove("jump");
    void this.number.offsetWidth;
    this.number.classList.add("jump");
  }
}

/** Something that moves along a track: no layout, only another place for what is painted. */
const runner = (kind, ...inside) => el("div", { class: `runner ${kind}` }, ...inside);
const runTo = (element, percent) => {
  element.style.transform = `translateX(${percent.toFixed(1)}cqw)`;
};

/** How far the movement goes: from rest, to the target, never past the limit. */
export class RangeBar {
  constructor(words) {
    this.words = words;
    this.fill = runner("fill");
    this.now = runner("now");
    this.aim = el("div", { class: "aim" }, el("span", { class: "flag" }));
    this.limit = el("div", { class: "limit" }, icon("stop"), el("span", { class: "flag" }));
    this.name = el("span", { class: "name" });
    this.track = el("div", { class: "track" }, el("div", { class: "filled" }, this.fill), this.now, this.aim, this.limit);
    this.element = el("div", { class: "range", role: "img", "data-test": "range" }, this.name, this.track);
  }

  show(view) {
    const { words } = this;
    const known = view.aim_deg != null && view.rest_deg != null && view.set > 0;
    this.element.hidden = !known;
    if (!known) return;
    const ends = [view.aim_deg, view.limit_deg].filter((one) => one != null);
    const sign = Math.sign(view.aim_deg - view.rest_deg) || 1;
    const farthest = Math.max(...ends.map((one) => sign * (one - view.rest_deg)));
    this.place = (degrees) => Math.max(0, Math.min(100, (80 * sign * (degrees - view.rest_deg)) / farthest));
    const key = `${view.aim_deg}|${view.limit_deg}|${view.rest_deg}|${words.language}`;
    if (this.shownRange === key) return;
    this.shownRange = key;
    this.name.textContent = words.word("stage.range.name");
    this.aim.style.left = `${this.place(view.aim_deg)}%`;
    this.aim.lastChild.textContent = words.word("stage.range.aim");
    this.limit.hidden = view.limit_deg == null;
    this.close = view.limit_deg != null && Math.abs(this.place(view.limit_deg) - this.place(view.aim_deg)) < 22;
    this.track.classList.toggle("crowded", this.close);
    if (view.limit_deg != null) {
      this.limit.style.left = `${this.place(view.limit_deg)}%`;
      this.limit.lastChild.textContent = words.word("stage.range.limit");
    }
    const told = view.limit_deg == null ? "stage.range.told" : "stage.range.told_limit";
    this.element.setAttribute("aria-label", words.word(told, { aim: Math.round(view.aim_deg), limit: Math.round(view.limit_deg ?? 0) }));
    this.passed = view.limit_deg == null ? 101 : this.place(view.limit_deg);
    this.reached = this.place(view.aim_deg);
  }

  live(reach) {
    if (this.element.hidden || !this.place) return;
    this.now.hidden = this.fill.hidden = reach == null;
    if (reach == null) return;
    const at = this.place(reach);
    runTo(this.fill, at - 100);
    runTo(this.now, at);
    const where = at >= this.passed ? "limit" : at >= this.reached - 4 ? "aim" : "way";
    if (this.track.dataset.at !== where) this.track.dataset.at = where;
  }
}

/** Where the movement is, and where the plan's pace would be. */
export class Tempo {
  constructor(words) {
    this.words = words;
    this.word = el("span", { class: "name" });
    this.mine = runner("mine");
    this.pace = runner("pace");
    this.track = el("div", { class: "track" }, el("div", { class: "rail" }), this.pace, this.mine);
    this.element = el("div", { class: "tempo", "aria-hidden": "true", "data-test": "tempo" }, this.word, this.track);
    this.forget();
  }

  forget() {
    this.last = null;
    this.begunMs = null;
    this.rising = null;
  }

  show(view) {
    this.tempo = view.tempo_s;
    const known = view.set > 0 && view.kind !== "hold" && this.tempo != null;
    this.element.hidden = !known;
    if (!known) this.forget();
  }

  live(phase, way) {
    if (this.element.hidden) return;
    this.mine.hidden = phase == null;
    const nowMs = performance.now();
    if (phase != null) {
      if (this.last != null && Math.abs(phase - this.last) > 0.015) this.rising = phase > this.last;
      if (this.begunMs == null && this.last != null && phase > 0.12 && this.rising) this.begunMs = nowMs;
      if (phase < 0.06 && this.begunMs != null && nowMs - this.begunMs > 400 && !this.rising) this.begunMs = null;
      this.last = phase;
      runTo(this.mine, Math.max(0, Math.min(1, phase)) * 100);
    }
    const pace = this.begunMs == null ? 0 : this.paceAt((nowMs - this.begunMs) / 1000);
    runTo(this.pace, pace * 100);
    const key = this.state(phase, way);
    const text = this.words.word(`stage.tempo.${key}`);
    if (this.word.textContent !== text) this.word.textContent = text;
    if (this.element.dataset.way !== key) this.element.dataset.way = key;
  }

  paceAt(t) {
    const [out, target, back] = this.tempo;
    if (t < out) return t / Math.max(0.1, out);
    if (t < out + target) return 1;
    return Math.max(0, 1 - (t - out - target) / Math.max(0.1, back));
  }

  state(phase, way) {
    if (phase == null || way == null) return "ready";
    if (way.endsWith("_hold")) return phase > 0.5 ? "hold" : "ready";
    return this.rising === false ? "back" : "out";
  }
}

/** The one line that says what the coach says, with the level of an alert before it. */
export class Caption {
  constructor(words) {
    this.words = words;
    this.level = this.about = 0;
    this.badge = el("div", { class: "badge", "data-test": "banner", hidden: true });
    this.polite = el("p", { class: "text", "aria-live": "polite", "data-test": "caption" });
    this.urgent = el("p", { class: "only-heard", "aria-live": "assertive" });
    this.element = el("div", { class: "caption" }, this.badge, this.polite, this.urgent);
    new ResizeObserver(() => fitted(this.element)).observe(this.element);
  }

  /** `level` is that of the alert that made the cue; 0: none did. */
  say(cue, level = 0) {
    this.safety = cue.prio >= 8;
    this.about = level;
    if (this.safety) this.urgent.textContent = cue.text;
    this.polite.setAttribute("aria-live", this.safety ? "off" : "polite");
    this.put(cue.text, cue.lang);
    clearTimeout(this.timer);
    const stays = Math.max(LEAST_S, cue.for_s + LINGER_S);
    this.timer = setTimeout(() => this.expire(), 1000 * stays);
  }

  /** Words of the stage itself, until something else is said. */
  put(text, language) {
    if (this.polite.textContent === text) return;
    this.polite.textContent = text;
    this.polite.lang = language;
    fitted(this.element);
  }

  get empty() {
    return this.polite.textContent === "" && this.level < 1;
  }

  clear() {
    clearTimeout(this.timer);
    this.safety = false;
    this.expire();
  }

  expire() {
    if (this.level >= 3 && this.safety) return; // as long as the alert is on
    this.polite.textContent = "";
    this.urgent.textContent = "";
    this.about = 0;
  }

  /** A low level is shown with the cue that it made, a high one as long as it is on. */
  show(lasting) {
    const before = this.level;
    const level = Math.max(lasting >= LASTING ? lasting : 0, Math.min(lasting, this.about));
    this.level = level;
    const key = `${level}${this.words.language}`;
    if (this.shownLevel === key) return;
    this.shownLevel = key;
    this.element.dataset.level = level;
    this.badge.hidden = level < 1;
    if (level >= 1) this.badge.replaceChildren(icon(LEVELS[level]), el("span", {}, this.words.word(`stage.level.${level}`)));
    if (before >= 3 && level < 3 && this.safety) this.expire();
    fitted(this.element);
  }
}

/** Stop and pause, always there; skip, repeat and "I am OK" beside them. */
export class Buttons {
  constructor(words, press) {
    this.words = words;
    const button = (name) => el("button", { type: "button", class: `press ${name}`, "data-test": name, onclick: () => press(name) });
    this.all = Object.fromEntries(["pause", "resume", "repeat", "skip", "ok", "stop"].map((name) => [name, button(name)]));
    this.element = el("footer", { class: "buttons" }, ...Object.values(this.all));
    this.put();
  }

  put() {
    const shapes = { pause: "pause", resume: "play", repeat: "repeat", skip: "skip", ok: "check", stop: "stop" };
    for (const [name, button] of Object.entries(this.all)) {
      button.replaceChildren(icon(shapes[name]), el("span", {}, this.words.word(`stage.${name}`)));
    }
  }

  show({ paused, held, steerable, repeatable, waits, ok, over }) {
    this.all.pause.hidden = paused || waits || over;
    this.all.resume.hidden = !paused || held || waits || over;
    this.all.skip.hidden = !steerable || over;
    this.all.repeat.hidden = !steerable || !repeatable || over;
    this.all.ok.hidden = !ok;
    this.all.stop.hidden = over;
    this.element.classList.toggle("over", over);
  }
}
