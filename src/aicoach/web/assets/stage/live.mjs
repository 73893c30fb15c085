// What moves while somebody exercises: the count, the range, the tempo.

import { el, icon } from "./dom.mjs";

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
    const sign = Math.sign(view.aim_deg - view.rest_deg) || 1;
    // A movement that opens a joint leads away from what limits its bending.
    const ahead = view.limit_deg != null && sign * (view.limit_deg - view.rest_deg) >= 0;
    const ends = ahead ? [view.aim_deg, view.limit_deg] : [view.aim_deg];
    const farthest = Math.max(...ends.map((one) => sign * (one - view.rest_deg)));
    this.place = (degrees) => Math.max(0, Math.min(100, (80 * sign * (degrees - view.rest_deg)) / farthest));
    const key = `${view.aim_deg}|${view.limit_deg}|${view.rest_deg}|${words.language}`;
    if (this.shownRange === key) return;
    this.shownRange = key;
    this.name.textContent = words.word("stage.range.name");
    this.aim.style.left = `${this.place(view.aim_deg)}%`;
    this.aim.lastChild.textContent = words.word("stage.range.aim");
    this.limit.hidden = !ahead;
    this.close = ahead && Math.abs(this.place(view.limit_deg) - this.place(view.aim_deg)) < 22;
    this.track.classList.toggle("crowded", this.close);
    if (ahead) {
      this.limit.style.left = `${this.place(view.limit_deg)}%`;
      this.limit.lastChild.textContent = words.word("stage.range.limit");
    }
    const told = view.limit_deg == null ? "stage.range.told" : ahead ? "stage.range.told_limit" : "stage.range.told_behind";
    this.element.setAttribute("aria-label", words.word(told, { aim: Math.round(view.aim_deg), limit: Math.round(view.limit_deg ?? 0) }));
    this.passed = ahead ? this.place(view.limit_deg) : 101;
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

/** What the way out and the way back are called, by where the movement leads. */
const WAYS = { out: {}, up: { out: "up", back: "down" }, down: { out: "down", back: "up" } };

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
    this.ways = WAYS[view.outward] ?? WAYS.out;
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
    const text = this.words.word(`stage.tempo.${this.ways[key] ?? key}`);
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
