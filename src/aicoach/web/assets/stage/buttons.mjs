// The buttons below the picture.

import { el, icon } from "./dom.mjs";

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
