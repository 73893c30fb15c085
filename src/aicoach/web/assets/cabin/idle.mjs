// Nobody there: first a question with a countdown, then signed out. Not while a session is on.

import { post } from "../common/net.mjs";

const TOLD_MS = 10_000; // the server hears of touches so often

export class Idle {
  /** `ask(seconds | null)` shows or hides the question; `over()` when nobody answered. */
  constructor({ ask, over }) {
    this.ask = ask;
    this.over = over;
    this.limitS = null;
    this.warnS = 0;
    this.touched = performance.now();
    this.told = 0;
    this.asking = false;
    const touch = () => this.touch();
    for (const kind of ["pointerdown", "keydown", "touchstart"]) window.addEventListener(kind, touch, { capture: true, passive: true });
    setInterval(() => this.look(), 250);
  }

  /** Count from now on: over after `limitS`, asked in the last `warnS`. Null: do not count. */
  watch(limitS, warnS = 0) {
    this.limitS = limitS;
    this.warnS = warnS;
    this.touch();
  }

  touch() {
    const now = performance.now();
    this.touched = now;
    if (this.asking) this.hide();
    if (this.limitS !== null && this.warnS > 0 && now - this.told > TOLD_MS) {
      this.told = now;
      post("/entry/here");
    }
  }

  look() {
    if (this.limitS === null) return this.hide();
    const leftS = this.limitS - (performance.now() - this.touched) / 1000;
    if (leftS <= 0) {
      this.limitS = null;
      this.hide();
      return this.over();
    }
    if (leftS > this.warnS) return this.hide();
    this.asking = true;
    return this.ask(Math.ceil(leftS));
  }

  hide() {
    if (!this.asking) return;
    this.asking = false;
    this.ask(null);
  }
}
