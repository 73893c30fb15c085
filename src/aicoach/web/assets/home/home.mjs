// The page at home: try without an account, or one's own day, training, messages and choices.

import { dressing, stageThere } from "../common/first.mjs";
import { get, post, refusalOf } from "../common/net.mjs";
import { choose, chosen, scaleOf } from "../common/settings.mjs";
import { el } from "../stage/dom.mjs";
import { loadWords, Words } from "../stage/words.mjs";
import { unanswered } from "./trial.mjs";
import * as views from "./views.mjs";

const CHART_TEXT_PX = { "--text-sm": 14, "--text-md": 17 };
const VISITOR = ["try", "clip"];
const FAMILY = ["today", "history", "messages", "report", "consents"];
const RESIDENT = ["today", "try", "clip", "history", "messages", "report", "consents"];

export async function mountHome(host, given) {
  const home = new Home(host, given, await loadWords(given.version));
  host.home = home;
  window.aicoachHome = home;
  await home.begin();
  return home;
}

class Home {
  constructor(host, { assets, version, mode, youngest, oldest }, all) {
    Object.assign(this, { host, assets, version, mode });
    this.ages = { youngest: Number(youngest), oldest: Number(oldest) };
    this.settings = chosen();
    this.words = new Words(all, this.settings.language);
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.body = el("div", { class: "home" });
    this.root.replaceChildren(dressing(host, `${assets}/home/home.css`), this.body);
    this.me = { role: null };
    this.data = {};
    this.weeks = 12;
    this.trial = { exercises: new Set(), answers: {}, year: "", notice: "" };
    this.bind();
  }

  bind() {
    const dark = () => {
      this.body.dataset.theme = document.body.classList.contains("dark") ? "dark" : "light";
    };
    new MutationObserver(dark).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    dark();
    document.addEventListener("stage:closed", () => this.closed());
    document.addEventListener("stage:language", (event) => this.speak(event.detail.language, false));
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    window.addEventListener("hashchange", () => this.go(location.hash.slice(1)));
  }

  get stage() {
    return window.aicoachStage;
  }

  get pages() {
    if (this.me.role === "resident") return RESIDENT;
    return this.me.role === "family" ? FAMILY : VISITOR;
  }

  async begin() {
    this.applySize();
    const [me, exercises] = await Promise.all([get("/entry/me"), get(`/exercises/${this.version}.json`)]);
    if (me.status === 0) return this.refuse(me.body);
    this.me = me.body;
    this.exercises = exercises.body;
    if (me.body.language) this.words.language = me.body.language;
    else post("/entry/language", { language: this.words.language });
    this.settings.language = this.words.language;
    document.documentElement.lang = this.words.language;
    const wanted = location.hash.slice(1);
    await this.go(this.pages.includes(wanted) ? wanted : this.pages[0]);
    return this.findSession();
  }

  /** A session of this browser that is on goes on; one elsewhere is offered. */
  async findSession() {
    const mine = await get("/live/mine");
    this.elsewhere = Boolean(mine.body.elsewhere);
    if (mine.body.room && !mine.body.room.ended) await this.resume();
    else if (this.elsewhere) this.draw();
  }

  async resume() {
    const stage = await stageThere();
    this.prepare(stage);
    await stage.resume();
  }

  prepare(stage) {
    stage.setLanguage(this.words.language);
    stage.setTextSize(scaleOf(this.settings.size));
  }

  // -- pages -----------------------------------------------------------------------------------

  async go(page) {
    if (!this.pages.includes(page)) return;
    this.wanted = page;
    const problem = await this.load(page);
    if (this.wanted !== page) return; // another page was asked for meanwhile
    this.page = page;
    this.correcting = false;
    this.problem = problem;
    this.asking = null;
    if (location.hash !== `#${page}`) history.replaceState(null, "", `#${page}`);
    this.draw();
    this.body.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** Read what a page shows; what keeps it from being shown. */
  async load(page) {
    const path = { today: "/resident/today", messages: "/resident/messages", consents: "/resident/consents" }[page];
    if (!path) return null;
    const answer = await get(path);
    if (!answer.ok) return answer.body;
    if (page === "today" && answer.body.missing.length) {
      const consents = await get("/resident/consents");
      if (!consents.ok) return consents.body;
      this.data.consents = consents.body;
    }
    this.data[page] = answer.body;
    return null;
  }

  draw() {
    if (!this.page && !this.problem) return; // the first page is still being read
    this.body.lang = this.words.language;
    const view = this.problem ? views.problem(this) : this.asking === "camera" ? views.camera(this) : views[this.page](this);
    this.body.replaceChildren(views.top(this), view);
    this.showCharts();
  }

  /** Gradio is there: the name of its charts, and how it is told what they show. */
  join({ charts, tell }) {
    Object.assign(this, { charts, tell });
    this.showCharts();
  }

  /** The charts are Gradio's; they stand below and are shown on their page only. */
  showCharts() {
    if (!this.tell) return; // they come later
    const shown = this.page === "history" && !this.problem;
    const charts = document.getElementById(this.charts);
    if (charts) charts.style.display = shown ? "" : "none";
    this.sizeCharts(charts);
    const asked = `${this.words.language} ${this.settings.size} ${this.weeks} ${document.body.classList.contains("dark")}`;
    if (!shown || this.charted === asked) return;
    this.charted = asked;
    this.tell({ language: this.words.language, weeks: this.weeks });
  }

  /** Gradio reads sizes in pixels whenever it draws a chart. */
  sizeCharts(charts) {
    const scale = scaleOf(this.settings.size);
    charts?.style.setProperty("--text", scale);
    for (const [name, px] of Object.entries(CHART_TEXT_PX)) charts?.style.setProperty(name, `${px * scale}px`);
  }

  refuse(body) {
    this.problem = body;
    this.draw();
  }

  refusal() {
    return refusalOf(this.problem, this.words);
  }

  // -- settings --------------------------------------------------------------------------------

  speak(language, told = true) {
    if (language !== "zh" && language !== "en") return;
    this.words.language = language;
    this.settings.language = language;
    choose(this.settings);
    document.documentElement.lang = language;
    if (told) {
      post("/entry/language", { language });
      this.stage?.setLanguage(language);
    }
    this.draw();
  }

  resize(size) {
    this.settings.size = size;
    choose(this.settings);
    this.applySize();
    this.draw();
  }

  applySize() {
    this.body.style.setProperty("--text", scaleOf(this.settings.size));
    this.stage?.setTextSize(scaleOf(this.settings.size));
  }

  async signOut() {
    this.stage?.close();
    await post("/entry/sign-out");
    location.replace("/");
  }

  // -- sessions --------------------------------------------------------------------------------

  /** First say what the camera is for; the browser asks after that. */
  ask(start) {
    this.asked = start;
    this.asking = "camera";
    this.draw();
    this.body.querySelector("h1")?.focus();
  }

  /** The questions about health once more, with what was said before; or back to the day. */
  correct(on) {
    this.correcting = on;
    this.enrolled = on ? { ...this.data.today.enrolment.answers } : {};
    this.draw();
    this.body.querySelector(on ? "input" : "[data-test=health-changed]")?.focus();
  }

  /** Keep the three answers; `notice` says what is missing. */
  async keepAnswers(notice) {
    if (unanswered(this.enrolled)) {
      notice.textContent = this.words.word("pages.enrolment.first");
      return false;
    }
    const answer = await post("/resident/enrolment", this.enrolled);
    if (!answer.ok) {
      this.refuse(answer.body);
      return false;
    }
    this.data.today.enrolment = answer.body.enrolment;
    this.answered = true;
    this.enrolled = {};
    return true;
  }

  async start() {
    const stage = await stageThere();
    this.prepare(stage);
    await stage.start({ ...this.asked, language: this.words.language });
  }

  async takeOver() {
    const answer = await post("/live/take");
    this.elsewhere = false;
    if (answer.body.room) await this.resume();
    else this.draw();
  }

  async closed() {
    this.asking = null;
    this.answered = false;
    this.charted = null;
    await this.go(this.me.role === "resident" ? "today" : this.page);
  }
}
