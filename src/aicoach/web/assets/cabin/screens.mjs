// What each screen of the cabin looks like. A screen is made anew whenever something changes.

import { consentList } from "../common/consents.mjs";
import { refusalOf } from "../common/net.mjs";
import { nextLine, planFrame, planList, weekLine } from "../common/plan.mjs";
import { el, icon } from "../stage/dom.mjs";
import { keypad } from "./keypad.mjs";

export const ENROLMENT = ["active", "disease", "symptoms"];

const heading = (text) => el("h1", { tabIndex: -1 }, text);
const button = (kind, name, text, onclick) => el("button", { type: "button", class: kind, "data-test": name, onclick }, text);

/** The line above every screen: sign out, language. */
export function top(cabin) {
  const { words } = cabin;
  const known = ["today", "consent", "declined", "enrol", "goOn", "problem", "agreements"].includes(cabin.screen);
  const out = known ? button("quiet-button", "sign-out", words.word("pages.sign_out"), () => cabin.leave()) : el("span", { class: "brand" }, words.word("cabin.page"));
  const other = words.language === "zh" ? "en" : "zh";
  const language = el("button", { type: "button", class: "quiet-button", lang: other, "data-test": "language", onclick: () => cabin.switchLanguage() }, icon("globe"), words.word("pages.other_language"));
  return el("header", { class: "top" }, out, language);
}

export function welcome(cabin) {
  const { words } = cabin;
  const canvas = el("canvas", { class: "coach", "aria-hidden": "true" });
  cabin.greeting.begin(canvas);
  return el("section", { class: "welcome", onclick: () => cabin.signIn() },
    canvas,
    el("div", { class: "words" },
      heading(words.word("cabin.welcome.title")),
      el("p", {}, words.word("cabin.welcome.text")),
      button("first huge", "begin", words.word("cabin.welcome.begin"), (event) => {
        event.stopPropagation();
        cabin.signIn();
      })));
}

/** Number or PIN, keys, and the card's window. The window stays while the rest is made anew. */
export function signIn(cabin) {
  const section = el("section", { class: "sign-in" }, el("div", { class: "entry" }), el("div", { class: "keys" }), cardWindow(cabin));
  signInAgain(cabin, section);
  return section;
}

/** What a key changes. */
export function signInAgain(cabin, section) {
  section.replaceChild(entry(cabin), section.querySelector(".entry"));
  const keys = section.querySelector(".keys");
  const state = `${cabin.words.language} ${cabin.step} ${cabin.showLetters} ${cabin.shape.digits}`;
  if (keys.dataset.state === state) return;
  const made = keysOf(cabin);
  made.dataset.state = state;
  keys.replaceWith(made);
}

function entry(cabin) {
  const { words, step } = cabin;
  const pin = step === "pin";
  const { prefix, digits } = cabin.shape;
  const slots = digits === null
    ? el("output", { class: "slots", "data-test": "typed" }, cabin.typedCode || "\u2013")
    : el("output", { class: "slots", "data-test": "typed" }, el("b", {}, prefix), ...Array.from({ length: digits }, (_, at) => el("i", { class: cabin.typedCode[at] ? "filled" : "" }, cabin.typedCode[at] ?? "")));
  const dots = el("output", { class: "slots", "data-test": "typed-pin", "aria-label": words.word("cabin.sign_in.typed", { count: cabin.typedPin.length }) },
    ...Array.from({ length: Math.max(6, cabin.typedPin.length) }, (_, at) => el("i", { class: at < cabin.typedPin.length ? "dot filled" : "dot" })));
  const waitS = cabin.notice?.leftS?.() ?? 0;
  const text = cabin.notice === null ? "" : cabin.notice.text();
  const notice = el("p", { class: "notice", role: "alert", "data-test": "notice" },
    ...(text ? [icon("warn"), el("span", {}, waitS > 0 ? `${text} ${words.word("pages.wait_s", { seconds: waitS })}` : text)] : []));
  return el("div", { class: "entry" },
    heading(words.word(pin ? "cabin.sign_in.pin" : "cabin.sign_in.code")),
    el("p", { class: "hint" }, words.word(pin ? "cabin.sign_in.pin_hint" : "cabin.sign_in.code_hint")),
    pin ? el("p", { class: "whose" }, digits === null ? cabin.typedCode : cabin.code) : slots,
    pin ? dots : null, notice);
}

function keysOf(cabin) {
  const { words } = cabin;
  const pin = cabin.step === "pin";
  return keypad(words, {
    press: (sign) => cabin.press(sign), erase: () => cabin.erase(), enter: () => cabin.enter(),
    enterWord: words.word(`cabin.sign_in.${pin ? "enter" : "next"}`), letters: !pin && cabin.shape.digits === null,
    showLetters: !pin && cabin.showLetters,
    toggle: () => {
      cabin.showLetters = !cabin.showLetters;
      cabin.draw();
    },
  });
}

function cardWindow(cabin) {
  const { words } = cabin;
  return el("aside", { class: "card" },
    el("h2", {}, words.word("cabin.sign_in.card")),
    cabin.cardProblem
      ? el("p", { class: "notice", "data-test": "no-camera" }, icon("camera"), el("span", {}, words.word("cabin.sign_in.card_off")))
      : el("div", { class: "window" }, cabin.video ?? null, el("span", { class: "frame", "aria-hidden": "true" })),
    cabin.cardProblem ? null : el("p", { class: "hint" }, words.word("cabin.sign_in.card_hint")));
}

export function today(cabin) {
  const { words, today: known } = cabin;
  const { plan } = known;
  const hello = known.name ? words.word("cabin.today.hello", { name: known.name }) : words.word("cabin.today.hello_you");
  const strap = (value, key) => el("button", {
    type: "button", class: "choice", "data-test": `strap-${value ? "on" : "off"}`, "aria-pressed": `${cabin.strap === value}`,
    onclick: () => {
      cabin.strap = value;
      cabin.draw();
    },
  }, icon(cabin.strap === value ? "check" : "heart"), words.word(key));
  return el("section", { class: "today" },
    el("div", { class: "head" },
      heading(hello),
      el("div", { class: "line" }, planFrame(plan, words), weekLine(plan, words)),
      plan.trained_today || plan.done_this_week >= plan.asked_per_week
        ? el("p", { class: "note" }, icon("check"), `${plan.trained_today ? `${words.word("pages.plan.trained")} ` : ""}${nextLine(plan, words)}`)
        : null),
    planList(plan, words, cabin.version),
    el("div", { class: "foot" },
      el("div", { class: "strap", role: "group", "aria-label": words.word("cabin.today.strap") },
        el("span", {}, words.word("cabin.today.strap"), plan.strap_helps ? el("small", {}, words.word("cabin.today.strap_helps")) : null),
        strap(true, "cabin.today.strap_on"), strap(false, "cabin.today.strap_off")),
      el("p", { class: "then" }, words.word("cabin.today.then"),
        cabin.consents ? button("link", "agreements", words.word("cabin.today.consents"), () => cabin.show("agreements")) : null,
        known.enrolment?.answers ? button("link", "health-changed", words.word("pages.enrolment.changed"), () => cabin.correct()) : null),
      button("first huge", "start", words.word("cabin.today.start"), () => cabin.start())));
}

export function consent(cabin) {
  const { words } = cabin;
  const needed = cabin.consents.kinds.filter((one) => one.needed);
  const kind = cabin.today.missing[0];
  const one = needed.find((each) => each.kind === kind);
  const number = needed.indexOf(one) + 1;
  return el("section", { class: "ask", "data-kind": kind },
    el("p", { class: "hint" }, `${words.word("cabin.consent.title")} \u00b7 ${words.word("pages.consent.step", { number, total: needed.length })}`),
    heading(words.of(one.title)),
    el("p", { class: "long", tabIndex: 0 }, words.of(one.text)), // keys scroll it, too
    el("div", { class: "two" },
      button("second huge", "decline", words.word("pages.consent.decline"), () => cabin.agreed(kind, false)),
      button("first huge", "agree", words.word("pages.consent.agree"), () => cabin.agreed(kind, true))));
}

/** The three questions about health before a fitness plan, and why they are asked. */
export function enrol(cabin) {
  const { words, enrolled, correcting } = cabin;
  const answer = (id, value, key) => el("button", {
    type: "button", class: "choice", "data-test": `${id}-${value}`, "aria-pressed": `${enrolled[id] === value}`, onclick: () => cabin.enrol(id, value),
  }, enrolled[id] === value ? icon("check") : null, words.word(key));
  const row = (id) => el("div", { "data-question": id, role: "group", "aria-label": words.word(`screening.ask.${id}`) },
    el("p", {}, words.word(`screening.ask.${id}`)),
    el("div", { class: "choices" }, answer(id, true, "pages.yes"), answer(id, false, "pages.no"), answer(id, null, "pages.unknown")));
  const why = correcting ? "changed" : cabin.today.enrolment.ask;
  const notice = cabin.notice?.text() ?? "";
  return el("section", { class: "health", "data-screen": "health" },
    heading(words.word("pages.enrolment.title")),
    el("p", { class: "hint" }, words.word(`pages.enrolment.why.${why}`)),
    el("div", { class: "rows" }, ...ENROLMENT.map(row)),
    el("div", { class: "end" },
      button("second huge", "health-back", words.word("pages.back"), () => cabin.backToToday()),
      el("p", { class: "notice", role: "alert", "data-test": "notice" }, notice),
      button("first huge", "health-go-on", words.word(correcting ? "pages.enrolment.save" : "pages.enrolment.go_on"), () => cabin.keepAnswers())));
}

export function declined(cabin) {
  const { words } = cabin;
  return el("section", { class: "ask" },
    heading(words.word("cabin.consent.declined_title")),
    el("p", { class: "long" }, words.word("cabin.consent.declined_text")),
    el("div", { class: "two" },
      button("second huge", "read-again", words.word("cabin.consent.read_again"), () => cabin.show("consent")),
      button("first huge", "leave", words.word("cabin.problem.leave"), () => cabin.leave())));
}

/** All consents; a needed one that is taken back leads to its question again. */
export function agreements(cabin) {
  const { words } = cabin;
  const changed = (body) => {
    cabin.consents = body;
    cabin.today.missing = body.kinds.filter((one) => one.needed && !one.given).map((one) => one.kind);
    cabin.draw();
  };
  return el("section", { class: "agreements" },
    heading(words.word("pages.consent.heading")),
    el("p", { class: "hint" }, words.word("pages.consent.intro")),
    consentList(cabin.consents, words, { changed, failed: (body) => cabin.refuse(body, () => cabin.home()) }),
    button("first huge", "back", words.word("pages.back"), () => cabin.show(cabin.today.missing.length ? "consent" : "today")));
}

export function goOn(cabin) {
  const { words } = cabin;
  return el("section", { class: "ask" },
    heading(words.word("cabin.go_on.title")),
    el("p", { class: "long" }, words.word("cabin.go_on.text")),
    el("div", { class: "two" },
      button("second huge", "finish", words.word("cabin.go_on.finish"), () => cabin.takeOver(true)),
      button("first huge", "go-on", words.word("cabin.go_on.go_on"), () => cabin.takeOver(false))));
}

/** The stage covers the whole window. */
export function stage(cabin) {
  return el("section", { class: "behind" }, el("p", {}, cabin.words.word("pages.loading")));
}

export function farewell(cabin) {
  const { words, today: known } = cabin;
  const seconds = Math.max(0, Math.ceil((cabin.leavesAt - performance.now()) / 1000));
  const title = known.name ? words.word("cabin.farewell.title", { name: known.name }) : words.word("cabin.farewell.title_you");
  return el("section", { class: "ask farewell" },
    heading(title),
    known.plan ? weekLine(known.plan, words) : null,
    el("p", { class: "next", "data-test": "next" }, nextLine(known.plan, words)),
    el("p", { class: "long" }, words.word("cabin.farewell.text")),
    button("first huge", "leave", words.word("cabin.farewell.leave", { seconds }), () => cabin.leave()));
}

export function problem(cabin) {
  const { words } = cabin;
  const { body, again } = cabin.problem;
  const said = refusalOf(body, words);
  return el("section", { class: "ask problem", "data-problem": said.code },
    el("span", { class: "sign", "aria-hidden": "true" }, icon("info", "100%")),
    heading(said.title),
    el("p", { class: "long" }, said.text),
    el("div", { class: "two" },
      again ? button("second huge", "again", words.word("pages.again"), again) : null,
      button("first huge", "leave", words.word("cabin.problem.leave"), () => cabin.leave())),
    el("p", { class: "code" }, words.word("cabin.problem.staff", { code: said.code })));
}

/** The question before somebody is signed out. */
export function still(cabin, leftS) {
  const { words } = cabin;
  return [
    el("h2", {}, words.word("cabin.still.title")),
    el("p", { class: "seconds", "data-test": "seconds" }, `${leftS}`),
    el("p", { class: "long" }, words.word("cabin.still.text")),
    button("first huge", "here", words.word("cabin.still.here"), () => cabin.idle.touch()),
  ];
}
