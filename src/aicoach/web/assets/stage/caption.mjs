// What the coach says, in writing.

import { el, icon } from "./dom.mjs";
import { fitted } from "./fitted.mjs";

const LINGER_S = 1.5; // a caption stays after it was said
const LEAST_S = 4; // and at least so long
const LASTING = 3; // "slow down" and more
const LEVELS = [null, "info", "warn", "warn", "halt", "halt"];

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
