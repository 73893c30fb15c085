// A question with its answers as large buttons: yes and no, numbers, faces, choices, symptoms.

import { checklist } from "./checklist.mjs";
import { el, face, icon } from "./dom.mjs";
import { fitted } from "./fitted.mjs";

const ANSWERED_MS = 2500; // after so long without the next state the buttons work again

export class QuestionPanel {
  constructor(words, answer) {
    this.words = words;
    this.answer = answer;
    this.element = el("section", { class: "panel question", "data-test": "question", hidden: true });
    this.typed = "";
    new ResizeObserver(() => fitted(this.element)).observe(this.element);
  }

  show(question) {
    const key = question ? `${question.id}|${this.words.language}` : null;
    this.element.hidden = !question;
    if (key === this.shown) return;
    const sameQuestion = key && this.shown?.split("|")[0] === question.id;
    this.shown = key;
    if (!question) {
      this.element.replaceChildren();
      this.question = null;
      return;
    }
    this.question = question;
    if (!sameQuestion) this.typed = "";
    const title = el("h2", { id: "question", tabIndex: -1 }, question.title ?? this.words.of(question.text));
    const body = this.body(question);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-labelledby", "question");
    this.element.dataset.question = question.id;
    this.element.replaceChildren(title, body);
    fitted(this.element);
    title.focus({ preventScroll: true });
  }

  body(question) {
    if (question.kind === "checklist") return checklist(question, this.words, this.answer, () => this.alone?.());
    if (question.id === "effort") return this.effort(question);
    if (question.id === "pain") return this.pain(question);
    if (question.kind === "yes_no") return this.yesNo();
    if (question.kind === "number") return this.number(question);
    return this.choices(question);
  }

  button(value, className, ...children) {
    return el(
      "button",
      { type: "button", class: `answer ${className}`, "data-test": "answer", "data-value": JSON.stringify(value), onclick: (event) => this.give(value, event.currentTarget) },
      ...children,
    );
  }

  give(value, button) {
    if (!this.question || this.given === this.question.id) return;
    this.given = this.question.id;
    this.element.classList.add("given");
    button?.setAttribute("aria-pressed", "true");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.release(), ANSWERED_MS);
    this.answer(this.question.id, value);
  }

  /** The next question, or the same one again: the buttons work. */
  release() {
    this.given = null;
    this.element.classList.remove("given");
    for (const button of this.element.querySelectorAll("[aria-pressed]")) button.removeAttribute("aria-pressed");
  }

  unknown() {
    return this.button(null, "unknown", icon("question"), el("span", {}, this.words.word("stage.unknown")));
  }

  yesNo() {
    return el(
      "div", { class: "answers three" },
      this.button(true, "", icon("check"), el("span", {}, this.words.word("stage.yes"))),
      this.button(false, "", icon("cross"), el("span", {}, this.words.word("stage.no"))),
      this.unknown(),
    );
  }

  choices(question) {
    const many = longList(question);
    return el(
      "div", { class: `answers list ${many ? "many" : ""}` },
      ...question.choices.map((choice) =>
        this.button(choice.value, choice.value === "none" && question.id === "symptom" ? "well" : "", el("span", {}, this.words.of(choice.text)))),
      this.unknown(),
    );
  }

  effort(question) {
    const legend = el("div", { class: "legend", "aria-hidden": "true" },
      ...[0, 5, 10].map((step) => el("span", {}, this.words.of(question.choices.find((choice) => choice.value === step)?.text))));
    const scale = el("div", { class: "answers scale" }, ...question.choices.map((choice) => {
      const made = this.button(choice.value, "step", el("strong", {}, String(choice.value)), el("i", { class: "bar" }));
      made.style.setProperty("--step", choice.value);
      made.setAttribute("aria-label", `${choice.value}: ${this.words.of(choice.text)}`);
      return made;
    }));
    const worded = el("ol", { class: "worded" });
    return el("div", { class: "effort" }, scale, legend, worded);
  }

  pain(question) {
    return el("div", { class: "answers faces" }, ...question.choices.map((choice) =>
      this.button(choice.value, "face", el("span", { class: "drawn" }, face(choice.value)), el("strong", {}, String(choice.value)), el("span", {}, this.words.of(choice.text)))));
  }

  number(question) {
    const { words } = this;
    const unit = question.unit ?? "";
    this.display = el("output", { class: "typed", "data-test": "typed", "aria-live": "polite" });
    this.hint = el("p", { class: "hint" }, words.word("stage.number.hint", { low: plain(question.low), high: plain(question.high), unit }));
    const key = (text, className, press, label) =>
      el("button", { type: "button", class: `key ${className}`, "data-test": "key", "data-key": text || label, "aria-label": label ?? null, onclick: press }, ...(className === "erase" ? [icon("erase")] : [text]));
    const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => key(digit, "", () => this.type(digit)));
    this.enter = el("button", { type: "button", class: "answer enter", "data-test": "enter", onclick: (event) => this.confirm(event.currentTarget) }, icon("check"), el("span", {}, words.word("stage.number.enter")));
    const pad = el("div", { class: "pad" }, ...digits, key(".", "", () => this.type(".")), key("0", "", () => this.type("0")), key("", "erase", () => this.type("erase"), words.word("stage.number.erase")));
    this.unit = unit;
    const made = el("div", { class: "number-entry" }, el("div", { class: "entry" }, this.display, this.hint, this.enter, this.unknown()), pad);
    this.type("");
    return made;
  }

  /** A digit from the pad or from the keyboard. */
  type(digit) {
    if (this.question?.kind !== "number" || !this.display) return;
    if (digit === "erase") this.typed = this.typed.slice(0, -1);
    else if (digit === "." && (this.typed.includes(".") || !this.typed)) return;
    else if (this.typed.length < 5) this.typed += digit;
    const value = Number(this.typed);
    const fits = this.typed !== "" && value >= this.question.low && value <= this.question.high;
    this.display.replaceChildren(el("strong", {}, this.typed || "–"), ...(this.unit ? [el("span", {}, ` ${this.unit}`)] : []));
    this.enter.disabled = !fits;
    this.hint.classList.toggle("wrong", this.typed !== "" && !fits);
  }

  confirm(button) {
    if (!this.enter?.disabled && this.typed !== "") this.give(Number(this.typed), button);
  }

  /** A key of the keyboard; whether it was used. */
  key(name) {
    if (this.element.hidden || this.question?.kind !== "number" || !this.display?.isConnected) return false;
    if (/^[0-9.]$/.test(name)) this.type(name);
    else if (name === "Backspace") this.type("erase");
    else if (name === "Enter" && this.typed) this.confirm(null);
    else return false;
    return true;
  }
}

/** Whether it needs the whole width. */
export const longList = (question) => question.kind === "checklist" || question.kind === "choice" && question.choices.length > 6;

const plain = (number) => String(Math.round(number * 10) / 10);
