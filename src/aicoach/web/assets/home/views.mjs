// What each page at home looks like.

import { consentList } from "../common/consents.mjs";
import { dateOf, momentOf } from "../common/days.mjs";
import { post } from "../common/net.mjs";
import { nextLine, planFrame, planList, weekLine } from "../common/plan.mjs";
import { SIZES } from "../common/settings.mjs";
import { el, icon } from "../stage/dom.mjs";
import { enrolment } from "./trial.mjs";

export { clipPage as clip } from "./clip.mjs";
export { tryPage as try } from "./trial.mjs";

export const heading = (text) => el("h1", { tabIndex: -1 }, text);
export const button = (kind, name, text, onclick) => el("button", { type: "button", class: kind, "data-test": name, onclick }, text);
const WEEKS = [4, 12, 26];

export function top(home) {
  const { words, me } = home;
  const menu = home.pages.length > 1
    ? el("nav", { "aria-label": words.word("home.menu.label") }, ...home.pages.map((page) =>
      el("button", { type: "button", class: "tab", "data-test": `page-${page}`, "aria-current": page === home.page ? "page" : null, onclick: () => home.go(page) }, words.word(`home.menu.${page}`))))
    : null;
  const size = el("div", { class: "sizes", role: "group", "aria-label": words.word("home.text_size.label") }, ...SIZES.map((one, at) =>
    el("button", { type: "button", class: "size", "data-test": `size-${one}`, "aria-label": words.word(`home.text_size.${one}`), "aria-pressed": `${home.settings.size === one}`, onclick: () => home.resize(one) }, sample(words, at))));
  const other = words.language === "zh" ? "en" : "zh";
  const language = el("button", { type: "button", lang: other, "data-test": "language", onclick: () => home.speak(other) }, icon("globe"), words.word("pages.other_language"));
  const door = me.role
    ? button("", "sign-out", words.word("pages.sign_out"), () => home.signOut())
    : el("a", { class: "button first", href: "/sign-in", "data-test": "sign-in" }, words.word("home.sign_in"));
  return el("header", {},
    el("div", { class: "bar" }, el("span", { class: "brand" }, words.word("home.page")), el("span", { class: "tools" }, size, language, door)),
    menu);
}

/** A letter that grows with the size it stands for. */
function sample(words, at) {
  const made = el("span", { "aria-hidden": "true" }, words.word("home.text_size.sample"));
  made.style.fontSize = `${0.8 + 0.3 * at}em`;
  return made;
}

export function problem(home) {
  const said = home.refusal();
  return el("main", { class: "problem", "data-problem": said.code },
    heading(said.title), el("p", {}, said.text),
    said.code === "sign_in"
      ? el("a", { class: "button first", href: "/sign-in" }, home.words.word("home.sign_in"))
      : button("first", "again", home.words.word("pages.again"), () => home.begin()));
}

export function camera(home) {
  const { words } = home;
  const points = ["first", "second", "third"].map((one) => el("li", {}, words.word(`home.camera.${one}`)));
  return el("main", { class: "camera" },
    heading(words.word("home.camera.title")),
    el("ul", { class: "points" }, ...points),
    el("div", { class: "row" },
      button("", "back", words.word("pages.back"), () => {
        home.asking = null;
        home.draw();
      }),
      button("first large", "go", words.word("home.camera.go"), () => home.start())));
}

export function today(home) {
  const { words } = home;
  const known = home.data.today;
  const { plan } = known;
  const hello = known.name && known.role === "resident" ? words.word("home.today.hello", { name: known.name }) : words.word("home.today.hello_you");
  const family = known.role === "family" ? el("p", { class: "quiet" }, `${words.word("home.signed_in_family")} ${words.word("home.today.family")}`) : null;
  const parts = [heading(hello), family, home.elsewhere ? goOn(home) : null];
  if (known.problem) {
    parts.push(el("section", { class: "box", "data-problem": known.problem.problem }, el("h2", {}, words.of(known.problem.title)), el("p", {}, words.of(known.problem.text))));
    return el("main", { class: "today" }, ...parts);
  }
  parts.push(el("div", { class: "line" }, planFrame(plan, words), weekLine(plan, words)));
  parts.push(el("p", { class: "next" }, plan.trained_today ? `${words.word("pages.plan.trained")} ${nextLine(plan, words)}` : nextLine(plan, words)));
  if (known.may_start && known.missing.length) parts.push(missing(home));
  else if (known.may_start) parts.push(starting(home));
  parts.push(el("h2", {}, words.word("home.today.plan")), planList(plan, words, home.version));
  return el("main", { class: "today" }, ...parts);
}

function goOn(home) {
  const { words } = home;
  return el("section", { class: "box" }, el("h2", {}, words.word("home.today.go_on_title")), button("first large", "go-on", words.word("home.today.go_on"), () => home.takeOver()));
}

function starting(home) {
  const { words } = home;
  const possible = Boolean(navigator.bluetooth?.requestDevice);
  const tick = el("input", { type: "checkbox", id: "strap", checked: Boolean(home.strap), disabled: !possible, onchange: (event) => {
    home.strap = event.target.checked;
  } });
  const known = home.data.today.enrolment; // none for a medical plan: it was cleared by whoever signed it
  if (known && home.correcting) return correcting(home);
  const asked = known?.ask && !home.answered;
  const notice = el("p", { class: "notice", role: "alert", "data-test": "notice" });
  const start = async () => {
    if (asked && !(await home.keepAnswers(notice))) return;
    home.ask({ what: "plan", strap: Boolean(home.strap) });
  };
  return el("div", { class: "starting" },
    ...(asked ? [...health(home, known.ask), notice] : []),
    button("first large", "start", words.word("home.today.start"), start),
    el("label", { class: "tick", htmlFor: "strap" }, tick, el("span", {}, words.word("home.today.strap"), el("small", {}, words.word(possible ? "home.today.strap_how" : "home.today.strap_none")))),
    known && !asked ? answeredBefore(home, known) : null);
}

/** The three questions about health, and why they are asked. */
function health(home, why) {
  const { words } = home;
  home.enrolled ??= {};
  return [el("h2", {}, words.word("pages.enrolment.title")), el("p", { class: "quiet" }, words.word(`pages.enrolment.why.${why}`)), ...enrolment(home, home.enrolled)];
}

function answeredBefore(home, known) {
  const { words } = home;
  return el("p", { class: "health quiet" }, words.word("pages.enrolment.holds", { day: dateOf(known.answered_on, words.language) }), " ",
    button("", "health-changed", words.word("pages.enrolment.changed"), () => home.correct(true)));
}

/** Answers are corrected without starting anything. */
function correcting(home) {
  const { words } = home;
  const notice = el("p", { class: "notice", role: "alert", "data-test": "notice" });
  const save = async () => {
    if (await home.keepAnswers(notice)) home.correct(false);
  };
  return el("div", { class: "starting" }, ...health(home, "changed"), notice,
    el("div", { class: "row" },
      button("", "health-back", words.word("pages.back"), () => home.correct(false)),
      button("first large", "health-save", words.word("pages.enrolment.save"), save)));
}

function missing(home) {
  const { words } = home;
  return el("section", { class: "box", "data-problem": "no_consent" },
    el("h2", {}, words.word("pages.consent.heading")),
    consentList(home.data.consents, words, {
      optional: false, failed: (body) => home.refuse(body),
      changed: (body) => {
        home.data.consents = body;
        home.data.today.missing = body.kinds.filter((one) => one.needed && !one.given).map((one) => one.kind);
        home.draw();
      },
    }));
}

export function history(home) {
  const { words } = home;
  const spans = WEEKS.map((weeks) => el("button", {
    type: "button", "data-test": `weeks-${weeks}`, "aria-pressed": `${home.weeks === weeks}`,
    onclick: () => {
      home.weeks = weeks;
      home.draw();
    },
  }, words.word("home.history.weeks", { weeks })));
  return el("main", { class: "history" }, heading(words.word("home.history.title")),
    el("div", { class: "row", role: "group", "aria-label": words.word("home.history.span") }, ...spans));
}

export function messages(home) {
  const { words } = home;
  const known = home.data.messages;
  const one = (message) => el("li", { class: message.mine ? "mine" : "theirs" },
    el("p", { class: "quiet" }, `${message.mine ? words.word("home.messages.you") : message.from || words.word("home.messages.staff")} \u00b7 ${momentOf(message.at, words.language, message.zone)}`,
      message.new ? el("b", { class: "new" }, words.word("home.messages.new")) : null),
    el("p", { class: "said-text" }, message.text));
  const text = el("textarea", { id: "message", rows: 3, maxLength: 1000, required: true });
  const form = el("form", { onsubmit: async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    const answer = await post("/resident/messages", { text: text.value });
    if (!answer.ok) return home.refuse(answer.body);
    home.data.messages = answer.body;
    return home.draw();
  } }, el("label", { htmlFor: "message" }, words.word("home.messages.write")), text,
  el("p", { class: "quiet" }, words.word("home.messages.not_urgent")),
  el("button", { type: "submit", class: "first", "data-test": "send" }, words.word("home.messages.send")));
  return el("main", { class: "messages" }, heading(words.word("home.messages.title")),
    known.messages.length ? el("ul", { class: "talk" }, ...known.messages.map(one)) : el("p", {}, words.word("home.messages.none")),
    known.may_write ? form : null);
}

export function report(home) {
  const { words } = home;
  const link = (period, form, key, kind) => el("a", {
    class: `button ${kind}`, target: "_blank", rel: "noopener", "data-test": `report-${period}-${form}`,
    href: `/resident/report.${form}?period=${period}&language=${words.language}`,
  }, words.word(key));
  const row = (period, key) => el("section", { class: "box" }, el("h2", {}, words.word(key)), el("div", { class: "row" }, link(period, "html", "home.report.open", "first"), link(period, "pdf", "home.report.paper", "")));
  return el("main", { class: "report" }, heading(words.word("home.report.title")), el("p", {}, words.word("home.report.text")),
    row("4w", "home.report.four_weeks"), row("12w", "home.report.twelve_weeks"));
}

export function consents(home) {
  const { words } = home;
  return el("main", {}, heading(words.word("pages.consent.heading")), el("p", {}, words.word("pages.consent.intro")),
    consentList(home.data.consents, words, {
      failed: (body) => home.refuse(body),
      changed: (body) => {
        home.data.consents = body;
        home.draw();
      },
    }),
    el("p", { class: "quiet" }, words.word("home.consents.hospital")));
}
