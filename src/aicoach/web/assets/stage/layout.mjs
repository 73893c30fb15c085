// The elements of the stage, and what of them each scene shows.

import { Buttons } from "./buttons.mjs";
import { Caption } from "./caption.mjs";
import { CoachFigure } from "./coach_figure.mjs";
import { el } from "./dom.mjs";
import { Drawing } from "./draw.mjs";
import { fitted } from "./fitted.mjs";
import { Count, RangeBar, Tempo } from "./live.mjs";
import { QuestionPanel } from "./questions.mjs";
import { MessagePanel, PausePanel, RestPanel, SetupPanel, StrapPanel, SummaryPanel } from "./screens.mjs";
import { Strap } from "./strap.mjs";
import { TopLine } from "./top_line.mjs";

/** `acts` is what buttons do: language, sound, press, answer, alone, strap, change, leave. */
export class Layout {
  constructor(words, acts, comfort) {
    this.words = words;
    this.video = el("video", { muted: true, autoplay: true, playsInline: true, tabIndex: -1, "aria-hidden": "true", "data-test": "video" });
    this.canvas = el("canvas", { class: "skeleton", role: "img", "data-test": "skeleton" });
    this.top = new TopLine(words, acts);
    this.count = new Count(words);
    this.range = new RangeBar(words);
    this.tempo = new Tempo(words);
    this.caption = new Caption(words);
    this.buttons = new Buttons(words, acts.press);
    this.question = new QuestionPanel(words, acts.answer);
    this.question.alone = acts.alone;
    this.setup = new SetupPanel(words);
    this.strap = new StrapPanel(words, acts.strap);
    this.rest = new RestPanel(words);
    this.pause = new PausePanel(words, { change: acts.change, values: () => comfort.values });
    this.message = new MessagePanel(words);
    this.summary = new SummaryPanel(words, acts.leave);
    this.panels = [this.question, this.setup, this.strap, this.rest, this.pause, this.message, this.summary];
    this.coach = new CoachFigure(words);
    this.live = el("div", { class: "live" }, this.count.element, this.range.element, this.tempo.element);
    this.go = el("div", { class: "go", "aria-hidden": "true" });
    this.side = el("div", { class: "side" }, this.coach.element, this.go, this.live, ...this.panels.map((panel) => panel.element));
    this.main = el("div", { class: "main" }, el("div", { class: "picture" }, this.video, this.canvas), this.side);
    this.section = el("section", { class: "stage", hidden: true, "data-layout": "talk" }, this.top.element, this.main, this.caption.element, this.buttons.element);
    this.drawing = new Drawing(this.canvas, this.video);
    new ResizeObserver(() => this.refit()).observe(this.section);
  }

  /** The panel of each scene that has one, and how it is filled. */
  panelOf({ layout, question, message }, session, strap) {
    const { view } = session;
    return {
      ask: [this.question, () => this.question.show(question)],
      list: [this.question, () => this.question.show(question)],
      setup: [this.setup, () => this.setup.show(session.seenParts)],
      strap: [this.strap, () => this.strap.show({ possible: Strap.possible, state: strap.state, bpm: view.bpm })],
      rest: [this.rest, () => this.rest.show(view)],
      paused: [this.pause, () => this.pause.show(view.paused_by ?? "")],
      message: [this.message, () => this.message.show(message)],
      summary: [this.summary, () => this.summary.show(view, session.room?.kept)],
    }[layout] ?? [null, () => {}];
  }

  /** `seen`: whether the server sees somebody now; `muted`: whether nothing is heard. */
  show(scene, session, { seen, muted, strap }) {
    const { view, line } = session;
    const { layout } = scene;
    const changed = this.section.dataset.layout !== layout;
    this.section.dataset.layout = layout;
    this.top.show(view, { seen, muted });
    this.count.show(view);
    this.range.show(view);
    this.tempo.show(view);
    this.caption.show(line === "live" && !["summary", "ended"].includes(view.screen) ? (view.level ?? 0) : 0);
    this.section.toggleAttribute("data-quiet", (layout === "ask" || layout === "list") && this.caption.empty);
    this.showButtons(layout, session);
    const [shown, fill] = this.panelOf(scene, session, strap);
    for (const panel of this.panels) if (panel !== shown) panel === this.question ? panel.show(null) : panel.hide();
    fill();
    this.drawing.frame = layout === "setup";
    this.coach.show(view.exercise, layout);
    if (changed) this.moved(layout);
  }

  showButtons(layout, session) {
    const { view, stopping } = session;
    const pausedBy = view.paused_by ?? "";
    this.buttons.show({
      paused: session.paused, held: pausedBy.startsWith("STOP") || (["away", "camera"].includes(pausedBy) && !view.seen), steerable: session.steerable && !stopping,
      repeatable: Boolean(view.exercise),
      waits: !session.room || Boolean(stopping) || layout === "message", // what it says comes first
      ok: pausedBy === "STOP-9" || session.alerts.has("STOP-9") || Boolean(view.emergency),
      over: layout === "summary" || ["moved", "gone"].includes(session.line) || Boolean(session.notice?.said),
    });
  }

  /** Another scene is on. */
  moved(layout) {
    if (layout !== "countdown") this.go.textContent = "";
    const focused = this.section.getRootNode().activeElement;
    if (focused && focused.closest(".panel") && layout !== "ask" && layout !== "list") focused.blur();
    this.refit();
  }

  /** Nothing of a resident is left to be seen. */
  clear() {
    this.coach.show(null, null);
    this.drawing.show(null);
    this.caption.clear();
    this.caption.show(0);
    this.question.show(null);
  }

  /** In the language of now. */
  put() {
    const { words } = this;
    this.section.lang = words.language;
    this.section.setAttribute("aria-label", words.word("stage.name"));
    this.canvas.setAttribute("aria-label", words.word("stage.picture"));
    this.buttons.put();
    this.coach.put();
  }

  resize(size) {
    this.section.style.setProperty("--text", size);
    this.refit();
  }

  refit() {
    if (this.section.hidden) return;
    fitted(this.caption.element);
    for (const panel of this.panels) if (!panel.element.hidden) fitted(panel.element);
  }
}
