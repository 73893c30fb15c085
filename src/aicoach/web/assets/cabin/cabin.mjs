// The shared screen of a cabin: from "touch to begin" to "well done", and then nobody again.
//
// What is known of a resident stands in one object that is dropped when they leave; then the page
// is loaded anew, so that neither the document nor the memory of the page keeps anything.

import { dressing, stageThere } from "../common/first.mjs";
import { spoken } from "../common/language.mjs";
import { get, post, refusalOf } from "../common/net.mjs";
import { el } from "../stage/dom.mjs";
import { loadWords, Words } from "../stage/words.mjs";
import { CardReader } from "./card.mjs";
import { Greeting } from "./greeting.mjs";
import { Idle } from "./idle.mjs";
import * as screens from "./screens.mjs";

const IDLE_S = 60;
const WARN_S = 15;
const NOBODY_S = 30; // whoever began to sign in and went away
const FAREWELL_S = 20;
const ASK_AGAIN_MS = 3000;
const OVER = new Set(["idle", "ended"]);

export async function mountCabin(host, { assets, version }) {
  const cabin = new Cabin(host, assets, version, new Words(await loadWords(version), spoken()));
  host.cabin = cabin;
  window.aicoachCabin = cabin;
  await cabin.begin();
  return cabin;
}

class Cabin {
  constructor(host, assets, version, words) {
    Object.assign(this, { host, assets, version, words });
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.body = el("main", { class: "cabin", lang: words.language });
    this.question = el("div", { class: "still", role: "alertdialog", "aria-live": "assertive", hidden: true, "data-test": "still" });
    this.root.replaceChildren(dressing(host, `${assets}/cabin/cabin.css`), this.body, this.question);
    this.shape = { prefix: "", digits: null };
    this.forget();
    this.greeting = new Greeting(this);
    this.idle = new Idle({ ask: (leftS) => this.ask(leftS), over: () => this.leave() });
    this.bind();
  }

  bind() {
    window.addEventListener("contextmenu", (event) => event.preventDefault());
    // A page that comes back out of the browser's memory is another resident's.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    window.addEventListener("pagehide", () => this.wipe());
    document.addEventListener("stage:state", (event) => this.staged(event.detail.state));
    document.addEventListener("stage:ended", () => this.idle.watch(IDLE_S, WARN_S));
    document.addEventListener("stage:closed", (event) => this.unstaged(event.detail));
    document.addEventListener("stage:language", (event) => this.speak(event.detail.language, false));
    window.addEventListener("keydown", (event) => this.typed(event));
  }

  /** Everything that is about one resident. */
  forget() {
    this.typedCode = "";
    this.typedPin = "";
    this.step = "code";
    this.showLetters = false;
    this.notice = null;
    this.today = null;
    this.consents = null;
    this.strap = false;
    this.enrolled = {};
    this.answered = false;
    this.correcting = false;
    this.problem = null;
    this.room = null;
    clearInterval(this.ticking);
    clearTimeout(this.retrying);
    this.card?.close();
    this.card = null;
  }

  wipe() {
    this.forget();
    this.body.replaceChildren();
    this.question.replaceChildren();
  }

  async begin() {
    const shape = await get("/entry/codes");
    if (shape.ok) this.shape = shape.body;
    const me = await get("/entry/me");
    if (me.body.language) this.speak(me.body.language, false);
    if (me.status === 0) return this.refuse(me.body, () => this.begin());
    if (me.body.role) return this.entered();
    return this.show("welcome");
  }

  // -- showing -------------------------------------------------------------------------------

  show(name) {
    if (name !== "signIn") this.closeCard();
    if (name !== "welcome") this.greeting.end();
    this.screen = name;
    this.body.lang = this.words.language;
    this.body.dataset.screen = name;
    this.body.replaceChildren(screens.top(this), screens[name](this));
    if (name === "welcome") this.idle.watch(null);
    else if (name === "signIn") this.idle.watch(NOBODY_S);
    else if (name !== "stage") this.idle.watch(IDLE_S, WARN_S);
    this.body.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** The same screen again, with what changed; `whole`: its every word. */
  draw(whole = false) {
    const section = this.body.querySelector(".sign-in");
    if (section && this.screen === "signIn" && !whole) return screens.signInAgain(this, section);
    return this.body.replaceChildren(screens.top(this), screens[this.screen](this));
  }

  ask(leftS) {
    this.question.hidden = leftS === null;
    this.question.replaceChildren(...(leftS === null ? [] : screens.still(this, leftS)));
  }

  speak(language, told = true) {
    if (language !== "zh" && language !== "en") return;
    this.words.language = language;
    document.documentElement.lang = language;
    this.stage?.setLanguage(language);
    if (told) post("/entry/language", { language });
    if (this.screen) this.draw(true);
    this.body.lang = language;
  }

  switchLanguage() {
    this.speak(this.words.language === "zh" ? "en" : "zh");
  }

  get stage() {
    return window.aicoachStage;
  }

  // -- signing in ----------------------------------------------------------------------------

  signIn() {
    this.forget();
    this.screen = "signIn";
    this.show("signIn");
    this.openCard();
  }

  openCard() {
    this.video ??= el("video", { muted: true, autoplay: true, playsInline: true, tabIndex: -1, "aria-hidden": "true" });
    this.cardProblem = !navigator.mediaDevices?.getUserMedia;
    this.draw(true);
    if (this.cardProblem) return;
    this.card = new CardReader(this.video, {
      found: (answer) => this.proved(answer),
      problem: () => {
        this.cardProblem = true;
        if (this.screen === "signIn") this.draw(true);
      },
    });
    this.card.open();
  }

  closeCard() {
    this.card?.close();
    this.card = null;
  }

  press(sign) {
    if (this.busy) return;
    const digits = this.shape.digits;
    this.notice = null;
    if (this.step === "pin") this.typedPin = (this.typedPin + sign).slice(0, 12);
    else if (digits === null) this.typedCode = (this.typedCode + sign).slice(0, 32);
    else if (/\d/.test(sign)) this.typedCode = (this.typedCode + sign).slice(0, digits);
    if (this.step === "code" && digits !== null && this.typedCode.length === digits) this.step = "pin";
    this.draw();
  }

  erase() {
    this.notice = null;
    if (this.step === "pin" && this.typedPin) this.typedPin = this.typedPin.slice(0, -1);
    else {
      this.step = "code";
      this.typedCode = this.typedCode.slice(0, -1);
    }
    this.draw();
  }

  get code() {
    const { prefix, digits } = this.shape;
    return digits === null ? this.typedCode : prefix + this.typedCode.padStart(digits, "0");
  }

  async enter() {
    if (this.busy) return;
    if (this.step === "code") {
      if (!this.typedCode) return this.say("cabin.sign_in.empty");
      this.step = "pin";
      return this.draw();
    }
    if (!this.typedPin) return this.say("cabin.sign_in.no_pin");
    this.busy = true;
    this.notice = { text: () => this.words.word("pages.loading") };
    this.draw();
    const who = { by: "pin", resident: this.code, pin: this.typedPin };
    const answer = this.typedPin.length < 4 ? { ok: false, body: { problem: "refused" } } : await post("/entry/sign-in", { who });
    this.busy = false;
    this.notice = null;
    this.typedPin = "";
    return this.proved(answer);
  }

  say(key) {
    this.notice = { text: () => this.words.word(key) };
    this.draw();
  }

  /** The answer to a PIN or a card. */
  proved(answer) {
    if (this.screen !== "signIn") return undefined;
    if (answer.ok) {
      this.closeCard();
      return this.entered();
    }
    if (answer.status === 0) return this.refuse(answer.body, () => this.signIn());
    const waitUntil = performance.now() + 1000 * (answer.body.wait_s ?? 0);
    const body = answer.body.text ? answer.body : null;
    this.notice = {
      leftS: () => Math.ceil((waitUntil - performance.now()) / 1000),
      text: () => (body ? refusalOf(body, this.words).text : this.words.word("cabin.sign_in.no_pin")),
    };
    this.idle.touch();
    this.draw();
    clearInterval(this.ticking);
    if (answer.body.wait_s > 0) this.ticking = setInterval(() => this.screen === "signIn" && this.draw(), 1000);
    return undefined;
  }

  typed(event) {
    if (this.screen !== "signIn" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^[0-9A-Za-z-]$/.test(event.key)) this.press(event.key.toUpperCase());
    else if (event.key === "Backspace") this.erase();
    else if (event.key === "Enter") this.enter();
    else return;
    event.preventDefault();
  }

  // -- signed in -----------------------------------------------------------------------------

  async entered() {
    this.forget();
    const mine = await get("/live/mine");
    if (mine.body.room && !mine.body.room.ended) return this.resume();
    if (mine.body.elsewhere) return this.show("goOn");
    return this.home();
  }

  async home() {
    const [today, consents] = await Promise.all([get("/resident/today"), get("/resident/consents")]);
    if (!today.ok) return this.refuse(today.body, () => this.home());
    this.today = today.body;
    this.consents = consents.ok ? consents.body : null;
    this.strap = this.strap || Boolean(this.today.plan?.strap_helps && this.today.last?.highest_bpm);
    if (this.today.problem) return this.refuse(this.today.problem);
    return this.show(this.today.missing.length ? "consent" : "today");
  }

  /** One consent was answered; the next one, or the day. */
  async agreed(kind, yes) {
    if (!yes) return this.show("declined");
    const answer = await post("/resident/consents", { kind, agreed: true });
    if (!answer.ok) return this.refuse(answer.body, () => this.home());
    this.consents = answer.body;
    this.today.missing = this.today.missing.filter((one) => one !== kind);
    return this.show(this.today.missing.length ? "consent" : "today");
  }

  /** One of the three answers about health. */
  enrol(question, value) {
    this.enrolled[question] = value;
    this.notice = null;
    this.draw();
    this.body.querySelector(`[data-question="${question}"] [aria-pressed=true]`)?.focus({ preventScroll: true });
  }

  /** The same questions again, with what was said before. */
  correct() {
    this.correcting = true;
    this.enrolled = { ...this.today.enrolment.answers };
    this.show("enrol");
  }

  /** Keep the three answers; then the session they were asked for, or the day. */
  async keepAnswers() {
    if (this.busy) return undefined;
    if (screens.ENROLMENT.some((one) => !(one in this.enrolled))) return this.say("pages.enrolment.first");
    this.busy = true;
    const answer = await post("/resident/enrolment", this.enrolled);
    this.busy = false;
    if (!answer.ok) return this.refuse(answer.body, () => this.home());
    this.today.enrolment = answer.body.enrolment;
    this.answered = true;
    if (!this.correcting) return this.start();
    this.correcting = false;
    return this.show("today");
  }

  backToToday() {
    this.notice = null;
    this.correcting = false;
    this.show("today");
  }

  async start() {
    if (this.busy) return;
    if (this.today.enrolment?.ask && !this.answered) {
      this.enrolled = {};
      this.show("enrol");
      return;
    }
    this.busy = true;
    this.show("stage");
    this.idle.watch(null);
    const asked = { what: "plan", language: this.words.language, strap: this.strap };
    const went = await (await stageThere()).start(asked);
    this.busy = false;
    if (went === "refused" && (await get("/live/mine")).body.elsewhere) {
      this.stage.close();
      this.show("goOn");
    }
  }

  /** The session that was open when the page, or the browser, was started anew. */
  async resume() {
    this.show("stage");
    this.idle.watch(null);
    const stage = await stageThere();
    stage.setLanguage(this.words.language);
    if (!(await stage.resume())) await this.home();
  }

  async takeOver(finish) {
    const answer = await post("/live/take");
    if (!answer.ok) return this.refuse(answer.body, () => this.entered());
    if (!answer.body.room) return this.home();
    if (!finish) return this.resume();
    await post("/live/end", { room: answer.body.room.id });
    return this.home();
  }

  staged(state) {
    if (this.screen === "stage" && !OVER.has(state)) this.idle.watch(null);
    if (this.screen === "stage" && state === "problem") this.idle.watch(IDLE_S, WARN_S);
  }

  /** The stage is done: after a session, farewell; after a start that came to nothing, the day. */
  async unstaged(detail) {
    if (this.screen !== "stage") return;
    const today = await get("/resident/today");
    if (today.ok) this.today = today.body;
    this.answered = false; // what was told in the session may ask for it anew
    if (!today.ok || detail?.lasted_s === undefined || detail?.lasted_s === null) {
      await this.home();
      return;
    }
    this.leavesAt = performance.now() + 1000 * FAREWELL_S;
    this.show("farewell");
    clearInterval(this.ticking);
    this.ticking = setInterval(() => {
      if (performance.now() >= this.leavesAt) this.leave();
      else this.draw();
    }, 1000);
  }

  /** A plain page that says what keeps from going on, and what to do. */
  refuse(body, again = null) {
    this.problem = { body, again };
    this.show("problem");
    clearTimeout(this.retrying);
    if (body.problem === "offline" && again) this.retrying = setTimeout(again, ASK_AGAIN_MS);
    if (body.problem === "sign_in") this.retrying = setTimeout(() => this.leave(), ASK_AGAIN_MS);
  }

  /** Signed out, and a fresh page: nothing of anybody is left. */
  async leave() {
    if (this.leaving) return;
    this.leaving = true;
    this.stage?.close();
    this.wipe();
    await post("/entry/sign-out");
    location.replace("/");
  }
}
