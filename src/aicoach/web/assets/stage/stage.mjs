// The live stage: camera, line to the server and everything on the screen, put together.
//
// mount(element, {assets, version, page, props, trigger, watch, words?}) -> the api below, which is
// also `window.aicoachStage` and `element.stage`. The page that embeds it listens on the element:
// stage:state, stage:ended, stage:closed, stage:language; `stage:mounted` says that it is there.

import { Camera } from "./camera.mjs";
import { el } from "./dom.mjs";
import { Drawing, partsSeen } from "./draw.mjs";
import { Buttons, Caption, Count, fitted, RangeBar, Tempo, TopLine } from "./hud.mjs";
import { ask, Link } from "./link.mjs";
import { listed } from "./checklist.mjs";
import { longList, QuestionPanel } from "./questions.mjs";
import { MessagePanel, PausePanel, RestPanel, SetupPanel, StrapPanel, SummaryPanel } from "./screens.mjs";
import { Strap } from "./strap.mjs";
import { loadWords, Words } from "./words.mjs";

const STALE_MS = 1000; // a skeleton older than this is not shown
const UNANSWERED_MS = 1500; // and nobody is said to be seen
const AWAY_SHOWN_MS = 900; // a short loss of the line is not worth a message
const STOP_SHOWN_MS = 1200; // "we stop" stays at least so long
const STOPPED = new Set(["stopped", "summary", "ended"]);
const CAMERA_MESSAGES = new Set(["denied", "absent", "in_use", "unplugged", "insecure"]);
const COUNTDOWN = Object.fromEntries(["three", "two", "one"].map((name, at) => [`session.countdown.${name}`, String(3 - at)]));
const FIGURE_VIEWS = ["front", "oblique", "side"];
const TEXT_SIZES = [1, 1.25, 1.5];

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
    const language = given.props?.language ?? (navigator.language?.startsWith("zh") ? "zh" : "en");
    this.words = new Words(words, language === "zh" ? "zh" : "en");
    this.sound = { volume: 1, rate: 1 };
    this.textSize = 1;
    this.figureState = { slow: false, mirrored: true };
    this.forget();
    this.stats = {
      sent: 0, answered: 0, connections: 0, refused_connections: 0,
      latency_ms: [], losses: [], round_trip_ms: [], fps: 0, camera_fps: 0, counts: [],
      encode_ms: 0, picture_bytes: 0, state: "idle",
    };
    this.build();
    this.link = new Link({ heard: (message, shownMs) => this.heard(message, shownMs), changed: (state) => this.linked(state), paced: () => this.camera.pace(), stats: this.stats });
    this.camera = new Camera({
      video: this.video, stats: this.stats, nextMs: () => this.link.nextMs(),
      send: (jpeg, captured, shown) => this.link.picture(jpeg, captured, shown),
      changed: (problem) => this.cameraChanged(problem),
    });
    this.strap = new Strap({ say: (message) => this.link.say(message), changed: () => this.render() });
    this.api = this.makeApi();
    this.bind();
    this.load();
  }

  /** Nothing of the last resident stays. */
  forget() {
    this.view = {};
    this.line = "idle";
    this.room = null;
    this.cued = null;
    this.asked = null;
    this.notice = null;
    this.stopping = null;
    this.alerts = new Map();
    this.seenParts = {};
    this.lastAnswerMs = 0;
    this.endTold = false;
  }

  build() {
    const { words } = this;
    const root = this.host.shadowRoot ?? this.host.attachShadow({ mode: "open" });
    this.video = el("video", { muted: true, autoplay: true, playsInline: true, tabIndex: -1, "aria-hidden": "true", "data-test": "video" });
    this.canvas = el("canvas", { class: "skeleton", role: "img", "data-test": "skeleton" });
    this.top = new TopLine(words, { language: () => this.switchLanguage(), sound: () => this.toggleSound() });
    this.count = new Count(words);
    this.range = new RangeBar(words);
    this.tempo = new Tempo(words);
    this.caption = new Caption(words);
    this.buttons = new Buttons(words, (name) => this.press(name));
    this.question = new QuestionPanel(words, (question, value) => this.answer(question, value));
    this.question.alone = () => {
      this.oneByOne = true;
      this.render();
    };
    this.setup = new SetupPanel(words);
    this.strapPanel = new StrapPanel(words, () => this.strap.connect());
    this.rest = new RestPanel(words);
    this.pause = new PausePanel(words, { change: (name, step) => this.change(name, step), values: () => ({ ...this.sound, text: this.textSize }) });
    this.message = new MessagePanel(words);
    this.summary = new SummaryPanel(words, () => this.closed());
    this.panels = [this.question, this.setup, this.strapPanel, this.rest, this.pause, this.message, this.summary];
    this.figureCanvas = el("canvas", { class: "figure", role: "img" });
    this.figureTools = el("div", { class: "figure-tools" });
    this.figureBox = el("div", { class: "figure-box" }, this.figureCanvas, this.figureTools);
    this.live = el("div", { class: "live" }, this.count.element, this.range.element, this.tempo.element);
    this.go = el("div", { class: "go", "aria-hidden": "true" });
    this.side = el("div", { class: "side" }, this.figureBox, this.go, this.live, ...this.panels.map((panel) => panel.element));
    this.main = el("div", { class: "main" }, el("div", { class: "picture" }, this.video, this.canvas), this.side);
    this.section = el("section", { class: "stage", hidden: true, "data-layout": "talk" }, this.top.element, this.main, this.caption.element, this.buttons.element);
    const style = el("link", { rel: "stylesheet", href: `${this.given.assets}/stage/stage.css` });
    root.replaceChildren(style, this.section);
    this.drawing = new Drawing(this.canvas, this.video);
  }

  bind() {
    this.keys = (event) => this.key(event);
    window.addEventListener("keydown", this.keys, true);
    this.timer = setInterval(() => this.tick(), 250);
    new ResizeObserver(() => this.refit()).observe(this.section);
  }

  /** Voice, sounds and the figure; the stage works without any of them. */
  async load() {
    const { assets, version } = this.given;
    const language = this.words.language;
    const [voice, sounds, figure] = await Promise.all(["voice", "sounds", "figure"].map((name) => import(`${assets}/stage/${name}.mjs`).catch((problem) => {
      console.warn(`aicoach: no ${name}: ${problem.message}`);
      return null;
    })));
    this.sounds = sounds?.makeSounds() ?? null;
    this.voice = voice?.makeVoice({ version, language, sounds: this.sounds ?? undefined }) ?? null;
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.figure = figure?.mountFigure(this.figureCanvas, { version, reducedMotion }) ?? null;
    this.figure?.setMirrored(this.figureState.mirrored);
    this.applySound();
    this.showFigure();
  }

  makeApi() {
    const stage = this;
    return {
      stats: this.stats,
      get view() { return stage.view; },
      get language() { return stage.words.language; },
      get state() { return stage.line; },
      get camera() { return stage.camera.problem; },
      get strapPossible() { return Strap.possible; },
      get figure() { return stage.figure; },
      get voice() { return stage.voice; },
      start: (asked) => this.start(asked),
      resume: () => this.resume(),
      end: () => this.end(),
      close: () => this.close(),
      command: (name) => this.press(name),
      connectStrap: () => this.strap.connect(),
      setLanguage: (language) => this.setLanguage(language),
      setTextSize: (size) => this.setTextSize(size),
      setVolume: (volume) => this.setSound({ volume }),
      setRate: (rate) => this.setSound({ rate }),
      dispose: () => this.dispose(),
    };
  }

  // -- beginning and ending ------------------------------------------------------------------

  async start(asked) {
    this.close();
    this.asked = asked;
    if (asked.language) this.words.language = asked.language;
    this.unlock();
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
    const { asked } = this;
    this.state("asking");
    const { status, body } = await ask("POST", "/live/start", { start: { ...asked, language: this.words.language } });
    if (this.asked !== asked) return "refused";
    if (status === 200) {
      this.enter(body.room);
      return "on";
    }
    if (status === 503 || status === 0 || status === 429) {
      const wait = status === 503 ? Math.max(2, body.wait_s ?? 10) : 3;
      this.notice = { kind: status === 503 ? "waiting" : "unreachable", until: performance.now() + 1000 * wait };
      this.state("waiting");
      return new Promise((resolve) => {
        clearTimeout(this.queued);
        this.queued = setTimeout(() => resolve(this.asked === asked ? this.tryToBegin() : "refused"), 1000 * wait);
      });
    }
    this.notice = { kind: body.problem === "elsewhere" ? "elsewhere" : "refused", said: body };
    this.state("problem");
    return "refused";
  }

  async resume() {
    const { status, body } = await ask("GET", "/live/mine");
    const room = status === 200 ? body.room : null;
    if (!room) return false;
    this.close();
    this.words.language = room.language;
    this.view = room.view ?? {};
    this.open();
    if (room.ended) {
      this.room = room;
      this.view.ended = true;
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
    this.notice = null;
    this.room = room;
    this.view = room.view ?? {};
    this.link.open(room);
    this.render();
  }

  open() {
    this.section.hidden = false;
    this.host.classList.add("on");
    document.documentElement.style.setProperty("overflow", "hidden");
    this.lockScreen();
    this.wordsChanged();
  }

  /** Hide, and forget everything of this resident. */
  close() {
    clearTimeout(this.queued);
    this.beginning = null;
    this.link.close();
    this.camera.close();
    this.strap.close();
    this.voice?.hush();
    this.showFigure();
    this.drawing.show(null);
    this.forget();
    this.caption.clear();
    this.caption.show(0);
    this.question.show(null);
    this.section.hidden = true;
    this.host.classList.remove("on");
    document.documentElement.style.removeProperty("overflow");
    this.wakeLock?.release().catch(() => {});
    this.wakeLock = null;
    this.stats.state = "idle";
  }

  async end() {
    const room = this.room?.id;
    if (!room) return;
    const { status, body } = await ask("POST", "/live/end", { room });
    if (status === 200 && this.room?.id === room) {
      Object.assign(this.view, body.room.view ?? {}, { ended: true });
      this.room = { ...this.room, ...body.room };
      this.ended();
      this.render();
    }
  }

  /** The server says that it is over; told once. */
  ended() {
    if (this.endTold) return;
    this.endTold = true;
    this.link.close();
    this.camera.close();
    this.strap.close();
    this.state("ended");
    this.tell("stage:ended", this.outcome());
    this.given.trigger?.("submit");
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

  /** "Done" on the summary, or "back" on a message. */
  async closed() {
    const outcome = this.outcome();
    if (this.room && !this.view.ended) await this.end();
    this.close();
    this.tell("stage:closed", outcome);
    this.state("idle");
  }

  async lockScreen() {
    try {
      this.wakeLock = await navigator.wakeLock?.request("screen");
    } catch {
      // the screen may go dark: a kiosk is set up not to
    }
  }

  dispose() {
    this.close();
    this.figure?.stop();
    this.camera.dispose();
    window.removeEventListener("keydown", this.keys, true);
    clearInterval(this.timer);
  }

  // -- what comes from the server ------------------------------------------------------------

  heard(message, shownMs) {
    const before = this.view.done;
    if (message.v) Object.assign(this.view, message.v);
    for (const event of message.e ?? []) this.happened(event);
    if (message.e && !message.v) this.render();
    if (message.v) {
      if (message.v.screen || message.v.exercise) this.tempo.forget();
      if (this.view.set > 0 && before !== this.view.done && this.view.mode === "reps" && this.view.done > 0) this.count.jump();
      if (message.v.question !== undefined) {
        this.question.release();
        if (this.cued && this.isShownAsQuestion(this.cued)) this.caption.clear();
      }
      this.render();
    }
    if (message.f) this.frame(message.f);
    if (shownMs !== null) this.timeCounts(shownMs);
    if (message.v?.ended) this.ended();
  }

  frame(found) {
    this.lastAnswerMs = performance.now();
    this.seenParts = partsSeen(found.p);
    this.drawing.whole = this.seenParts.head && this.seenParts.hands && this.seenParts.feet;
    this.drawing.show(this.stopping ? null : found.p);
    this.range.live(found.reach_deg);
    this.tempo.live(found.phase, found.way);
    if (!this.setup.element.hidden) this.setup.show(this.seenParts);
  }

  /** How long after its picture was shown a count was on the screen: the picture is answered with it or just after. */
  timeCounts(shownMs) {
    for (const count of this.stats.counts.slice(-3)) if (shownMs <= count.at_ms) count.after_frame_ms ??= Math.round(count.at_ms - shownMs);
  }

  happened(event) {
    if (event.k === "cue") this.cue(event);
    else if (event.k === "rep") {
      this.stats.counts.push({ n: event.n, at_ms: Math.round(performance.now()), after_frame_ms: null });
      this.tone("count");
    } else if (event.k === "alert") {
      if (event.over) this.alerts.delete(event.rule);
      else this.alerts.set(event.rule, event);
      if (!event.over && event.level >= 2) this.tone(event.level >= 4 ? "stop" : "warn");
    } else if (event.k === "set_ended" && event.why === "complete") this.tone("good");
  }

  cue(cue) {
    const step = COUNTDOWN[cue.key];
    if (step !== undefined) this.go.textContent = step;
    this.cued = cue;
    if (this.isShownAsQuestion(cue)) this.caption.clear();
    else this.caption.say(cue, this.alerts.get(cue.cause)?.level ?? 0);
    if (cue.spoken) this.voice?.say(cue);
  }

  /** The panel shows the question that is spoken; one that is answered already is not shown. */
  isShownAsQuestion(cue) {
    return Boolean(this.view.question) && (cue.cause === this.view.question.id || cue.key.startsWith("screening.ask."));
  }

  linked(line) {
    if (line === "live" && this.camera.problem) this.link.say({ do: "camera_lost" });
    if (line === "away") this.awaySince ??= performance.now();
    if (line === "live") this.awaySince = null;
    if (line === "moved" || line === "gone") {
      this.camera.close();
      this.voice?.hush();
      this.caption.clear();
    }
    this.state(line);
    if (line === "live" && this.languageTold && this.languageTold !== this.words.language) this.sayLanguage();
  }

  cameraChanged(problem) {
    if (problem) {
      this.link.say({ do: "camera_lost" });
      this.drawing.show(null);
    } else if (this.asked && !this.room && this.line === "camera") this.begin();
    this.render();
  }

  // -- what the resident does ----------------------------------------------------------------

  press(name) {
    this.unlock();
    if (name === "stop") this.stop();
    else this.link.say({ do: "command", name: name === "ok" ? "i_am_ok" : name, by: "button" });
  }

  /** At once on the screen and in the voice; the server is told now, or as soon as it is there. */
  stop() {
    this.voice?.hush();
    if (!this.room) {
      this.closed();
      return;
    }
    if (STOPPED.has(this.view.screen)) return;
    this.link.say({ do: "command", name: "stop", by: "button" }, true);
    this.stopping = { since: performance.now() };
    this.caption.clear();
    this.drawing.show(null);
    this.tone("stop");
    this.render();
  }

  answer(question, value) {
    this.unlock();
    if (this.cued?.cause === question) {
      this.voice?.hush();
      this.caption.clear();
    }
    this.link.say({ do: "answer", question, value });
  }

  key(event) {
    if (this.section.hidden || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const focused = this.host.shadowRoot.activeElement;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (name === "Escape" || name === "s") this.stop();
    else if (this.question.key(name)) { /* a digit of the number that is asked */ }
    else if (name === " " && focused?.tagName !== "BUTTON") this.press(this.paused ? "resume" : "pause");
    else if (name === "n" && this.steerable) this.press("skip");
    else if (name === "r" && this.steerable) this.press("repeat");
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
    this.voice?.setLanguage(language);
    this.wordsChanged();
  }

  sayLanguage() {
    this.languageTold = this.words.language;
    if (this.room) this.link.say({ do: "command", name: `speak_${this.words.language}`, by: "button" });
  }

  setTextSize(size) {
    this.textSize = Math.min(1.5, Math.max(1, size));
    this.section.style.setProperty("--text", this.textSize);
    this.refit();
  }

  setSound(changed) {
    Object.assign(this.sound, changed);
    this.applySound();
    this.render();
  }

  toggleSound() {
    this.unlock();
    this.setSound({ volume: this.sound.volume > 0 ? 0 : (this.lastVolume ?? 1) });
  }

  applySound() {
    const { volume, rate } = this.sound;
    if (volume > 0) this.lastVolume = volume;
    this.voice?.setVolume(volume);
    this.voice?.setRate(rate);
    this.sounds?.setVolume(volume);
    if (volume === 0) this.voice?.hush();
  }

  change(name, step) {
    if (name === "text") this.setTextSize(TEXT_SIZES[Math.min(2, Math.max(0, TEXT_SIZES.indexOf(this.textSize) + step))] ?? 1);
    else if (name === "volume") this.setSound({ volume: Math.min(1, Math.max(0, Math.round(10 * (this.sound.volume + 0.2 * step)) / 10)) });
    else this.setSound({ rate: Math.min(1.3, Math.max(0.7, Math.round(10 * (this.sound.rate + 0.1 * step)) / 10)) });
    this.render();
  }

  tone(name) {
    if (this.sound.volume > 0) this.sounds?.play(name);
  }

  unlock() {
    this.voice?.unlock();
    this.sounds?.unlock();
  }

  // -- what is shown -------------------------------------------------------------------------

  get paused() {
    return this.view.screen === "paused";
  }

  get steerable() {
    const { screen } = this.view;
    return Boolean(this.room) && !this.view.ended && !this.view.question && !["pre_check", "stopped", "summary", "ended", "paused", undefined].includes(screen);
  }

  state(line) {
    this.line = line;
    this.stats.state = line;
    this.tell("stage:state", { state: line });
    this.render();
  }

  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  tick() {
    if (this.section.hidden) return;
    this.drawing.expire(STALE_MS);
    if (this.stopping && STOPPED.has(this.view.screen) && performance.now() - this.stopping.since > STOP_SHOWN_MS) this.stopping = null;
    this.render();
  }

  wordsChanged() {
    this.section.lang = this.words.language;
    this.canvas.setAttribute("aria-label", this.words.word("stage.picture"));
    this.figureCanvas.setAttribute("aria-label", this.words.word("stage.figure.name"));
    this.section.setAttribute("aria-label", this.words.word("stage.name"));
    this.buttons.put();
    this.buildFigureTools();
    this.render();
    this.refit();
  }

  refit() {
    if (this.section.hidden) return;
    fitted(this.caption.element);
    for (const panel of this.panels) if (!panel.element.hidden) fitted(panel.element);
  }

  /** Which of the layouts is on, and what fills it. */
  scene() {
    const { view, words } = this;
    const say = (key, shape, actions = [], more = {}) => ({ layout: "message", message: { key: `stage.message.${key}`, shape, actions, ...more } });
    const back = { name: "back", word: "stage.back", shape: "cross", press: () => this.closed() };
    const again = (press) => ({ name: "retry", word: "stage.again", shape: "repeat", main: true, press });
    if (view.ended || view.screen === "summary") return { layout: "summary" };
    if (this.line === "moved") return say("moved", "info", [{ ...again(() => this.takeOver()), word: "stage.here" }, back]);
    if (this.line === "gone") return say("gone", "info", [back]);
    if (this.notice?.said) {
      const { title, text } = this.notice.said;
      const here = this.notice.kind === "elsewhere" ? [{ ...again(() => this.takeOver()), word: "stage.here" }] : [];
      return say("refused", "info", [...here, back], { title: words.of(title), text: words.of(text) });
    }
    if (this.stopping) return say("stopping", "stop");
    if (this.notice) {
      const seconds = Math.max(1, Math.ceil((this.notice.until - performance.now()) / 1000));
      return say(this.notice.kind, "info", [back], { places: { seconds } });
    }
    if (CAMERA_MESSAGES.has(this.camera.problem)) {
      const where = this.given.page === "cabin" ? "cabin_" : "";
      const key = words.has(`stage.message.${where}${this.camera.problem}.title`) ? where + this.camera.problem : this.camera.problem;
      return say(key, "camera", this.camera.problem === "insecure" ? [back] : [again(() => this.camera.open()), ...(this.room ? [] : [back])]);
    }
    if (this.line === "away" && performance.now() - this.awaySince > AWAY_SHOWN_MS) return say("away", "info");
    if (this.line !== "live" && view.screen === undefined) return say("connecting", "dot");
    if (this.paused) return { layout: "paused" };
    if (view.question) {
      const question = (!this.oneByOne && listed(view, words)) || view.question;
      return { layout: longList(question) ? "list" : "ask", question };
    }
    if (view.screen === "stopped") return say("stopped", "stop", [], this.caption.polite.textContent ? {} : {});
    if (view.screen === "camera_setup") return { layout: "setup" };
    if (view.screen === "strap") return { layout: "strap" };
    if (view.screen === "rest") return { layout: "rest" };
    if (view.set > 0) return { layout: "set" };
    if (view.screen === "countdown") return { layout: "countdown" };
    if (view.exercise) return { layout: "show" };
    return { layout: "talk" };
  }

  render() {
    if (this.section.hidden) return;
    const { view } = this;
    const scene = this.scene();
    const { layout } = scene;
    const changed = this.section.dataset.layout !== layout;
    this.section.dataset.layout = layout;
    const seen = Boolean(view.seen) && this.line === "live" && !this.camera.problem && performance.now() - this.lastAnswerMs < UNANSWERED_MS;
    this.top.show(view, { seen, muted: this.sound.volume === 0 });
    this.count.show(view);
    this.range.show(view);
    this.tempo.show(view);
    this.caption.show(this.line === "live" && !["summary", "ended"].includes(view.screen) ? (view.level ?? 0) : 0);
    const quiet = layout === "ask" || layout === "list";
    this.section.toggleAttribute("data-quiet", quiet && this.caption.empty);
    const over = layout === "summary" || ["moved", "gone"].includes(this.line) || Boolean(this.notice?.said);
    this.buttons.show({ paused: this.paused, held: (view.paused_by ?? "").startsWith("STOP"), steerable: this.steerable && !this.stopping, repeatable: Boolean(view.exercise), waits: !this.room || Boolean(this.stopping), ok: view.paused_by === "STOP-9" || this.alerts.has("STOP-9"), over });
    const show = {
      ask: () => this.question.show(scene.question), list: () => this.question.show(scene.question), setup: () => this.setup.show(this.seenParts),
      strap: () => this.strapPanel.show({ possible: Strap.possible, state: this.strap.state, bpm: view.bpm }),
      rest: () => this.rest.show(view), paused: () => this.pause.show(view.paused_by ?? ""),
      message: () => this.message.show(scene.message), summary: () => this.summary.show(view, this.room?.kept),
    };
    const shown = { ask: this.question, list: this.question, setup: this.setup, strap: this.strapPanel, rest: this.rest, paused: this.pause, message: this.message, summary: this.summary };
    for (const panel of this.panels) if (panel !== shown[layout]) panel === this.question ? panel.show(null) : panel.hide();
    show[layout]?.();
    this.drawing.frame = layout === "setup";
    this.showFigure();
    if (changed) this.moved(layout);
  }

  moved(layout) {
    if (layout !== "countdown") this.go.textContent = "";
    const focused = this.host.shadowRoot.activeElement;
    if (focused && focused.closest(".panel") && layout !== "ask" && layout !== "list") focused.blur();
    this.refit();
  }

  showFigure() {
    if (!this.figure) return;
    const { layout } = this.section.dataset;
    const wanted = ["show", "countdown", "set"].includes(layout) && !this.section.hidden ? this.view.exercise : null;
    if (wanted !== null) this.figure.setCalm(layout !== "show");
    if (wanted === this.figureShown) return;
    const same = wanted !== null && wanted === this.figureKnown;
    this.figureShown = wanted;
    if (wanted === null) this.figure.at(0); // still, and out of sight
    else if (same) this.figure.play();
    else {
      this.figureKnown = wanted;
      this.figure.show(wanted).catch((problem) => {
        this.figureKnown = null;
        console.warn(`aicoach: no figure: ${problem.message}`);
      });
    }
  }

  turnFigure() {
    const at = FIGURE_VIEWS.indexOf(this.figure?.describe()?.view);
    this.figure?.setView(FIGURE_VIEWS[(at + 1) % FIGURE_VIEWS.length]);
  }

  /** Speed, view and side of the coach's figure. */
  buildFigureTools() {
    const { words } = this;
    const known = this.figureState;
    const tool = (name, apply) => {
      const made = el("button", { type: "button", class: "tool", "data-test": `figure-${name}`, onclick: () => {
        known[name] = !known[name];
        apply();
        put();
      } });
      const put = () => {
        made.textContent = words.word(`stage.figure.${name}_${known[name] ? "on" : "off"}`);
      };
      put();
      return made;
    };
    this.figureTools.replaceChildren(
      tool("slow", () => this.figure?.setSpeed(known.slow ? 0.5 : 1)),
      el("button", { type: "button", class: "tool", "data-test": "figure-view", onclick: () => this.turnFigure() }, words.word("stage.figure.turn")),
      tool("mirrored", () => this.figure?.setMirrored(known.mirrored)),
    );
  }
}
