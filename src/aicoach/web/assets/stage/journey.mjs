// The way of a session: begun, waited for, gone on with, taken over, ended, left.

import { ask } from "./link.mjs";

/**
 * Moves the session on and says how far it is.
 *
 * `open()` and `clear()` show and empty the stage, `state(line)` says where the journey is,
 * `told(name, outcome)` tells the page that it has ended or was left, `render()` shows it.
 */
export class Journey {
  constructor({ session, words, link, camera, strap, open, clear, state, told, render }) {
    Object.assign(this, { session, words, link, camera, strap, open, clear, state, told, render });
    this.beginning = null;
  }

  async start(asked) {
    this.close();
    this.session.asked = asked;
    if (asked.language) this.words.language = asked.language;
    this.open();
    this.state("camera");
    if (!(await this.camera.open())) {
      this.render();
      return "camera"; // goes on by itself when there is a camera
    }
    return this.begin();
  }

  async begin() {
    if (this.beginning) return this.beginning;
    const beginning = this.tryToBegin().finally(() => {
      if (this.beginning === beginning) this.beginning = null;
    });
    this.beginning = beginning;
    return beginning;
  }

  async tryToBegin() {
    const { session } = this;
    const { asked } = session;
    this.state("asking");
    const { status, body } = await ask("POST", "/live/start", { start: { ...asked, language: this.words.language } });
    if (session.asked !== asked) return "refused";
    if (status === 200) {
      this.enter(body.room);
      return "on";
    }
    if (status === 503 || status === 0 || status === 429) return this.wait(asked, status, body);
    session.notice = { kind: body.problem === "elsewhere" ? "elsewhere" : "refused", said: body };
    this.state("problem");
    this.camera.close(); // nobody is watched before a message; going on opens it again
    return "refused";
  }

  /** No place is free, or the server does not answer: it is asked again. */
  wait(asked, status, body) {
    const { session } = this;
    const wait = status === 503 ? Math.max(2, body.wait_s ?? 10) : 3;
    session.notice = { kind: status === 503 ? "waiting" : "unreachable", until: performance.now() + 1000 * wait };
    this.state("waiting");
    return new Promise((resolve) => {
      clearTimeout(this.queued);
      this.queued = setTimeout(() => resolve(session.asked === asked ? this.tryToBegin() : "refused"), 1000 * wait);
    });
  }

  async resume() {
    const { session } = this;
    const { status, body } = await ask("GET", "/live/mine");
    const room = status === 200 ? body.room : null;
    if (!room) return false;
    this.close();
    this.words.language = room.language;
    session.view = room.view ?? {};
    this.open();
    if (room.ended) {
      session.room = room;
      session.view.ended = true;
      this.state("ended");
      this.ended();
      return true;
    }
    this.enter(room);
    await this.camera.open();
    return true;
  }

  /** Go on here with the session that is on in another browser or window. */
  async takeOver() {
    await ask("POST", "/live/take", {});
    if (!(await this.resume())) this.state("gone");
  }

  enter(room) {
    const { session } = this;
    session.notice = null;
    session.room = room;
    session.view = room.view ?? {};
    this.link.open(room);
    this.render();
  }

  /** Let go of everything, and forget everything of this resident. */
  close() {
    clearTimeout(this.queued);
    this.beginning = null;
    this.letGo();
    this.session.forget();
    this.clear();
  }

  letGo() {
    this.link.close();
    this.camera.close();
    this.strap.close();
  }

  async end() {
    const { session } = this;
    const room = session.room?.id;
    if (!room) return;
    const { status, body } = await ask("POST", "/live/end", { room });
    if (status === 200 && session.room?.id === room) {
      Object.assign(session.view, body.room.view ?? {}, { ended: true });
      session.room = { ...session.room, ...body.room };
      this.ended();
      this.render();
    }
  }

  /** The server says that it is over; told once. */
  ended() {
    if (this.session.endTold) return;
    this.session.endTold = true;
    this.letGo();
    this.state("ended");
    this.told("ended", this.session.outcome());
  }

  /** "Done" on the summary, or "back" on a message. */
  async leave() {
    const outcome = this.session.outcome();
    if (this.session.room && !this.session.view.ended) await this.end();
    this.close();
    this.told("closed", outcome);
    this.state("idle");
  }
}
