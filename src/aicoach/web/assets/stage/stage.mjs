// The live stage: camera, line to the server and everything on the screen, put together.
//
// mount(element, {assets, version, page, props, trigger, watch, words?}) -> the api below, which is
// also `window.aicoachStage` and `element.stage`. The page that embeds it listens on the element:
// stage:state, stage:ended, stage:closed, stage:language; `stage:mounted` says that it is there.

import { spoken } from "../common/language.mjs";
import { Camera } from "./camera.mjs";
import { Comfort } from "./comfort.mjs";
import { Curtain } from "./curtain.mjs";
import { el } from "./dom.mjs";
import { partsSeen } from "./draw.mjs";
import { Journey } from "./journey.mjs";
import { Layout } from "./layout.mjs";
import { Link } from "./link.mjs";
import { sceneOf } from "./scene.mjs";
import { Session } from "./session.mjs";
import { Strap } from "./strap.mjs";
import { loadWords, Words } from "./words.mjs";

const STALE_MS = 1000; // a skeleton older than this is not shown
const UNANSWERED_MS = 1500; // and nobody is said to be seen
const STOP_SHOWN_MS = 1200; // "we stop" stays at least so long
const TICK_MS = 250;
const COUNTDOWN = Object.fromEntries(["three", "two", "one"].map((name, at) => [`session.countdown.${name}`, String(3 - at)]));

export async function mount(element, given) {
  element.stage?.dispose();
  const words = await loadWords(given.version, given.words);
  const stage = new Stage(element, given, words);
  element.stage = stage.api;
  window.aicoachStage = stage.api;
  element.dispatchEvent(new CustomEvent("stage:mounted", { bubbles: true, composed: true, detail: stage.api }));
  if (given.page === "plain") {
    const { plain } = await import("./plain.mjs");
    plain(element, stage.api, given);
  }
  return stage.api;
}

class Stage {
  constructor(element, given, words) {
    this.host = element;
    this.given = given;
    this.words = new Words(words, spoken(given.props?.language));
    this.session = new Session();
    this.stats = {
      sent: 0, answered: 0, connections: 0, refused_connections: 0,
      latency_ms: [], losses: [], round_trip_ms: [], fps: 0, camera_fps: 0, counts: [],
      encode_ms: 0, picture_bytes: 0, state: "idle",
    };
    this.comfort = new Comfort({ resized: (size) => this.layout.resize(size), changed: () => this.render() });
    this.build();
    this.link = new Link({ heard: (message, shownMs) => this.heard(message, shownMs), changed: (line) => this.linked(line), paced: () => this.camera.pace(), stats: this.stats });
    this.camera = new Camera({
      video: this.layout.video, stats: this.stats, nextMs: () => this.link.nextMs(),
      send: (jpeg, captured, shown) => this.link.picture(jpeg, captured, shown),
      changed: (problem) => this.cameraChanged(problem),
    });
    this.strap = new Strap({ say: (message) => this.link.say(message), changed: () => this.render() });
    this.journey = new Journey({
      session: this.session, words: this.words, link: this.link, camera: this.camera, strap: this.strap,
      open: () => this.open(), clear: () => this.clear(), state: (line) => this.state(line),
      told: (name, outcome) => this.told(name, outcome), render: () => this.render(),
    });
    this.does = { back: () => this.journey.leave(), takeOver: () => this.journey.takeOver(), openCamera: () => this.camera.open() };
    this.api = this.makeApi();
    this.bind();
    this.load();
  }

  build() {
    const root = this.host.shadowRoot ?? this.host.attachShadow({ mode: "open" });
    this.layout = new Layout(this.words, {
      language: () => this.switchLanguage(), sound: () => this.comfort.toggle(), press: (name) => this.press(name),
      answer: (question, value) => this.answer(question, value), alone: () => this.askOneByOne(),
      strap: () => this.strap.connect(), change: (name, step) => this.comfort.change(name, step), leave: () => this.journey.leave(),
    }, this.comfort);
    this.curtain = new Curtain(this.host, this.layout.section);
    root.replaceChildren(el("link", { rel: "stylesheet", href: `${this.given.assets}/stage/stage.css` }), this.layout.section);
  }

  bind() {
    this.keys = (event) => this.key(event);
    window.addEventListener("keydown", this.keys, true);
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Voice, sounds and the figure; the stage works without any of them. */
  async load() {
    const { assets, version } = this.given;
    const { language } = this.words;
    const [voice, sounds, figure] = await Promise.all(["voice", "sounds", "figure"].map((name) => import(`${assets}/stage/${name}.mjs`).catch((problem) => {
      console.warn(`aicoach: no ${name}: ${problem.message}`);
      return null;
    })));
    const made = sounds?.makeSounds() ?? null;
    this.comfort.give({ sounds: made, voice: voice?.makeVoice({ version, language, sounds: made ?? undefined }) ?? null });
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.layout.coach.give(figure?.mountFigure(this.layout.coach.canvas, { version, reducedMotion }) ?? null);
    this.render();
  }

  makeApi() {
    const stage = this;
    return {
      stats: this.stats,
      get view() { return stage.session.view; },
      get language() { return stage.words.language; },
      get state() { return stage.session.line; },
      get camera() { return stage.camera.problem; },
      get strapPossible() { return Strap.possible; },
      get figure() { return stage.layout.coach.figure; },
      get voice() { return stage.comfort.voice; },
      start: (asked) => this.start(asked),
      resume: () => this.journey.resume(),
      end: () => this.journey.end(),
      close: () => this.journey.close(),
      command: (name) => this.press(name),
      connectStrap: () => this.strap.connect(),
      setLanguage: (language) => this.setLanguage(language),
      setTextSize: (size) => this.comfort.setTextSize(size),
      setVolume: (volume) => this.comfort.setSound({ volume }),
      setRate: (rate) => this.comfort.setSound({ rate }),
      dispose: () => this.dispose(),
    };
  }

  // -- beginning and ending ------------------------------------------------------------------

  start(asked) {
    this.comfort.unlock();
    return this.journey.start(asked);
  }

  open() {
    this.curtain.open();
    this.wordsChanged();
  }

  clear() {
    this.comfort.hush();
    this.layout.clear();
    this.oneByOne = false; // the next one may want them on one page
    this.curtain.close();
    this.stats.state = "idle";
  }

  told(name, outcome) {
    this.tell(`stage:${name}`, outcome);
    if (name === "ended") this.given.trigger?.("submit");
  }

  dispose() {
    this.journey.close();
    this.layout.coach.stop();
    this.camera.dispose();
    window.removeEventListener("keydown", this.keys, true);
    clearInterval(this.timer);
  }

  // -- what comes from the server ------------------------------------------------------------

  heard(message, shownMs) {
    const { layout, session } = this;
    const { view } = session;
    const before = view.done;
    if (message.v) Object.assign(view, message.v);
    for (const event of message.e ?? []) this.happened(event);
    if (message.e && !message.v) this.render();
    if (message.v) {
      if (message.v.screen || message.v.exercise) layout.tempo.forget();
      if (view.set > 0 && before !== view.done && view.mode === "reps" && view.done > 0) layout.count.jump();
      if (message.v.question !== undefined) {
        layout.question.release();
        if (session.cued && session.showsAsQuestion(session.cued)) layout.caption.clear();
      }
      this.render();
    }
    if (message.f) this.frame(message.f);
    if (shownMs !== null) this.timeCounts(shownMs);
    if (message.v?.ended) this.journey.ended();
  }

  frame(found) {
    const { layout, session } = this;
    session.lastAnswerMs = performance.now();
    session.seenParts = partsSeen(found.p);
    layout.drawing.whole = session.seenParts.head && session.seenParts.hands && session.seenParts.feet;
    layout.drawing.show(session.stopping ? null : found.p);
    layout.range.live(found.reach_deg);
    layout.tempo.live(found.phase, found.way);
    if (!layout.setup.element.hidden) layout.setup.show(session.seenParts);
  }

  /** How long after its picture was shown a count was on the screen: the picture is answered with it or just after. */
  timeCounts(shownMs) {
    for (const count of this.stats.counts.slice(-3)) if (shownMs <= count.at_ms) count.after_frame_ms ??= Math.round(count.at_ms - shownMs);
  }

  happened(event) {
    const { alerts } = this.session;
    if (event.k === "cue") this.cue(event);
    else if (event.k === "rep") {
      this.stats.counts.push({ n: event.n, at_ms: Math.round(performance.now()), after_frame_ms: null });
      this.comfort.tone("count");
    } else if (event.k === "alert") {
      if (event.over) alerts.delete(event.rule);
      else alerts.set(event.rule, event);
      if (!event.over && event.level >= 2) this.comfort.tone(event.level >= 4 ? "stop" : "warn");
    } else if (event.k === "set_ended" && event.why === "complete") this.comfort.tone("good");
  }

  cue(cue) {
    const { layout, session } = this;
    const step = COUNTDOWN[cue.key];
    if (step !== undefined) layout.go.textContent = step;
    session.cued = cue;
    if (session.showsAsQuestion(cue)) layout.caption.clear();
    else layout.caption.say(cue, session.alerts.get(cue.cause)?.level ?? 0);
    if (cue.spoken) this.comfort.say(cue);
  }

  linked(line) {
    const { session } = this;
    if (line === "live" && this.camera.problem) this.link.say({ do: "camera_lost" });
    if (line === "away") session.awaySince ??= performance.now();
    if (line === "live") session.awaySince = null;
    if (line === "moved" || line === "gone") {
      this.camera.close();
      this.comfort.hush();
      this.layout.caption.clear();
    }
    this.state(line);
    if (line === "live" && this.languageTold && this.languageTold !== this.words.language) this.sayLanguage();
  }

  cameraChanged(problem) {
    const { session } = this;
    if (problem) {
      this.link.say({ do: "camera_lost" });
      this.layout.drawing.show(null);
    } else if (session.asked && !session.room && session.line === "camera") this.journey.begin();
    this.render();
  }

  // -- what the resident does ----------------------------------------------------------------

  press(name) {
    this.comfort.unlock();
    if (name === "stop") this.stop();
    else this.link.say({ do: "command", name: name === "ok" ? "i_am_ok" : name, by: "button" });
  }

  /** At once on the screen and in the voice; the server is told now, or as soon as it is there. */
  stop() {
    const { session } = this;
    this.comfort.hush();
    if (!session.room) {
      this.journey.leave();
      return;
    }
    if (session.stopped) return;
    this.link.say({ do: "command", name: "stop", by: "button" }, true);
    session.stopping = { since: performance.now() };
    this.layout.caption.clear();
    this.layout.drawing.show(null);
    this.comfort.tone("stop");
    this.render();
  }

  answer(question, value) {
    this.comfort.unlock();
    if (this.session.cued?.cause === question) {
      this.comfort.hush();
      this.layout.caption.clear();
    }
    this.link.say({ do: "answer", question, value });
  }

  /** The questions of the day one after the other, and not on one page. */
  askOneByOne() {
    this.oneByOne = true;
    this.render();
  }

  key(event) {
    if (this.curtain.closed || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const { session } = this;
    const focused = this.host.shadowRoot.activeElement;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (name === "Escape" || name === "s") this.stop();
    else if (this.layout.question.key(name)) { /* a digit of the number that is asked */ }
    else if (name === " " && focused?.tagName !== "BUTTON") this.press(session.paused ? "resume" : "pause");
    else if (name === "n" && session.steerable) this.press("skip");
    else if (name === "r" && session.steerable) this.press("repeat");
    else if (name === "o") this.press("ok");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  switchLanguage() {
    this.setLanguage(this.words.language === "zh" ? "en" : "zh");
    this.tell("stage:language", { language: this.words.language });
  }

  setLanguage(language) {
    if (language === this.words.language) return;
    this.words.language = language;
    this.sayLanguage();
    this.comfort.voice?.setLanguage(language);
    this.wordsChanged();
  }

  sayLanguage() {
    this.languageTold = this.words.language;
    if (this.session.room) this.link.say({ do: "command", name: `speak_${this.words.language}`, by: "button" });
  }

  // -- what is shown -------------------------------------------------------------------------

  state(line) {
    this.session.line = line;
    this.stats.state = line;
    this.tell("stage:state", { state: line });
    this.render();
  }

  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  tick() {
    if (this.curtain.closed) return;
    const { session } = this;
    this.layout.drawing.expire(STALE_MS);
    this.camera.spare(this.link.connected);
    if (session.stopping && session.stopped && performance.now() - session.stopping.since > STOP_SHOWN_MS) session.stopping = null;
    this.render();
  }

  wordsChanged() {
    this.layout.put();
    this.render();
    this.layout.refit();
  }

  render() {
    if (this.curtain.closed) return;
    const { camera, session, words } = this;
    const now = performance.now();
    const scene = sceneOf(session, { words, page: this.given.page, problem: camera.problem, oneByOne: this.oneByOne, now, does: this.does });
    const seen = Boolean(session.view.seen) && session.line === "live" && !camera.problem && now - session.lastAnswerMs < UNANSWERED_MS;
    this.layout.show(scene, session, { seen, muted: this.comfort.volume === 0, strap: this.strap });
  }
}
