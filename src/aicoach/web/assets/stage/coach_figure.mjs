// The coach's figure on the stage: when it moves, and from where it is seen.

import { el } from "./dom.mjs";

const SHOWN_IN = new Set(["show", "countdown", "set"]);
const VIEWS = ["front", "oblique", "side"];

export class CoachFigure {
  constructor(words) {
    this.words = words;
    this.slow = false;
    this.mirrored = true;
    this.figure = null;
    this.canvas = el("canvas", { class: "figure", role: "img" });
    this.tools = el("div", { class: "figure-tools" });
    this.element = el("div", { class: "figure-box" }, this.canvas, this.tools);
  }

  /** The figure came; it may be missing. */
  give(figure) {
    this.figure = figure;
    figure?.setMirrored(this.mirrored);
  }

  /** `exercise` in a layout; null: nothing is shown. */
  show(exercise, layout) {
    if (!this.figure) return;
    const wanted = SHOWN_IN.has(layout) ? exercise : null;
    if (wanted !== null) this.figure.setCalm(layout !== "show");
    if (wanted === this.shown) return;
    const same = wanted !== null && wanted === this.known;
    this.shown = wanted;
    if (wanted === null) this.figure.at(0); // still, and out of sight
    else if (same) this.figure.play();
    else {
      this.known = wanted;
      this.figure.show(wanted).catch((problem) => {
        this.known = null;
        console.warn(`aicoach: no figure: ${problem.message}`);
      });
    }
  }

  stop() {
    this.figure?.stop();
  }

  /** Speed, view and side, in the language of now. */
  put() {
    const { words } = this;
    this.canvas.setAttribute("aria-label", words.word("stage.figure.name"));
    this.tools.replaceChildren(
      this.tool("slow", () => this.figure?.setSpeed(this.slow ? 0.5 : 1)),
      el("button", { type: "button", class: "tool", "data-test": "figure-view", onclick: () => this.turn() }, words.word("stage.figure.turn")),
      this.tool("mirrored", () => this.figure?.setMirrored(this.mirrored)),
    );
  }

  tool(name, apply) {
    const made = el("button", { type: "button", class: "tool", "data-test": `figure-${name}`, onclick: () => {
      this[name] = !this[name];
      apply();
      put();
    } });
    const put = () => {
      made.textContent = this.words.word(`stage.figure.${name}_${this[name] ? "on" : "off"}`);
    };
    put();
    return made;
  }

  turn() {
    const at = VIEWS.indexOf(this.figure?.describe()?.view);
    this.figure?.setView(VIEWS[(at + 1) % VIEWS.length]);
  }
}
