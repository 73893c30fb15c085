// What the stage knows of the session that is on.

const STOPPED = new Set(["stopped", "summary", "ended"]);
const UNSTEERED = new Set(["pre_check", "stopped", "summary", "ended", "paused", undefined]);

export class Session {
  constructor() {
    this.forget();
  }

  /** Nothing of the last resident stays. */
  forget() {
    this.view = {}; // as the server told it
    this.line = "idle"; // how the line is, and before there is one: camera, asking, waiting, problem
    this.asked = null; // with what it was begun
    this.room = null; // where it is, once it has begun
    this.notice = null; // why it does not begin yet, or at all
    this.awaySince = null;
    this.stopping = null; // stop was pressed, and the server has not said so yet
    this.cued = null;
    this.alerts = new Map();
    this.seenParts = {};
    this.lastAnswerMs = 0;
    this.endTold = false;
  }

  get paused() {
    return this.view.screen === "paused";
  }

  get stopped() {
    return STOPPED.has(this.view.screen);
  }

  /** Whether something may be skipped or done again. */
  get steerable() {
    return Boolean(this.room) && !this.view.ended && !this.view.question && !UNSTEERED.has(this.view.screen);
  }

  /** The panel shows the question that is spoken; one that is answered already is not shown. */
  showsAsQuestion(cue) {
    return Boolean(this.view.question) && (cue.cause === this.view.question.id || cue.key.startsWith("screening.ask."));
  }

  outcome() {
    const { outcome, results } = this.view;
    return {
      why: outcome?.why ?? this.view.problem ?? "picture_ended",
      completed: outcome?.completed ?? 0,
      lasted_s: outcome?.lasted_s ?? null,
      highest_bpm: outcome?.highest_bpm ?? null,
      sets: results ?? [],
      kept: this.room?.kept ?? false,
      session: this.room?.session ?? null,
    };
  }
}
