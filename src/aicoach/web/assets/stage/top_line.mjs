// Above the picture: seen or not, the exercise, the heart, sound and language.

import { el, icon } from "./dom.mjs";

const ZONES = { below: "down", in: "check", above: "up" };

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
