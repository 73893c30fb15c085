// Trying the coach without an account: exercises, a year, three questions. Nothing is stored.

import { el, icon } from "../stage/dom.mjs";

const MOST = 3;
const QUESTIONS = ["active", "disease", "symptoms"];
const FIRST = ["sit_to_stand", "squat", "marching", "heel_raise", "seated_knee_extension", "bicep_curl"];

export function tryPage(home) {
  const { words, trial } = home;
  const names = Object.keys(home.exercises);
  const order = [...FIRST.filter((one) => names.includes(one)), ...names.filter((one) => !FIRST.includes(one)).sort((a, b) => words.of(home.exercises[a]).localeCompare(words.of(home.exercises[b]), words.language))];
  const notice = el("p", { class: "notice", role: "alert", "data-test": "notice" }, trial.notice ? words.word(trial.notice, home.ages) : "");
  const field = el("input", { id: "year", type: "text", inputMode: "numeric", autocomplete: "bday-year", maxLength: 4, value: trial.year, oninput: (event) => {
    trial.year = event.target.value;
  } });
  const say = (key) => {
    trial.notice = key;
    home.draw();
    home.body.querySelector(".notice").scrollIntoView({ block: "center" });
  };
  const begin = () => {
    const born = Number(trial.year);
    const age = new Date().getFullYear() - born;
    if (!trial.exercises.size) return say("home.try.choose_first");
    if (!/^\d{4}$/.test(trial.year)) return say("home.try.birth_year_wrong");
    if (age < home.ages.youngest) return say("home.try.too_young");
    if (age > home.ages.oldest) return say("home.try.too_old");
    if (unanswered(trial.answers)) return say("home.try.answer_first");
    trial.notice = "";
    return home.ask({ what: "trial", exercises: [...trial.exercises], birth_year: born, ...trial.answers });
  };
  return el("main", { class: "try" },
    el("h1", { tabIndex: -1 }, words.word("home.try.title")),
    el("p", { class: "lead" }, words.word("home.try.text")),
    el("h2", {}, words.word("home.try.choose"), el("small", { "aria-live": "polite" }, words.word("home.try.chosen", { count: trial.exercises.size }))),
    el("ul", { class: "cards" }, ...order.map((id) => card(home, id))),
    el("h2", {}, words.word("home.try.about_you")),
    el("div", { class: "field" }, el("label", { htmlFor: "year" }, words.word("home.try.birth_year")), field),
    ...enrolment(home, trial.answers),
    el("p", { class: "quiet" }, words.word("home.try.ask_doctor")),
    notice,
    el("button", { type: "button", class: "first large", "data-test": "try-begin", onclick: begin }, words.word("home.try.begin")));
}

function card(home, id) {
  const { words, trial } = home;
  const on = trial.exercises.has(id);
  const button = el("button", { type: "button", class: "pick", "data-test": `pick-${id}`, "aria-pressed": `${on}`, disabled: !on && trial.exercises.size >= MOST, onclick: () => {
    if (on) trial.exercises.delete(id);
    else trial.exercises.add(id);
    trial.notice = "";
    home.draw();
    home.body.querySelector(`[data-test="pick-${id}"]`).focus({ preventScroll: true });
  } },
  el("img", { src: `${home.assets}/figures/${id}.png`, alt: "", width: 240, height: 280, loading: "lazy" }),
  el("span", {}, on ? icon("check") : null, words.of(home.exercises[id])));
  return el("li", {}, button);
}

/** The three questions, as fields. */
export const enrolment = (home, answers) => QUESTIONS.map((one) => question(home, one, answers));
export const unanswered = (answers) => QUESTIONS.some((one) => answers[one] === undefined);

function question(home, id, answers) {
  const { words } = home;
  const choice = (value, key) => {
    const input = el("input", { type: "radio", name: id, checked: answers[id] === value, "data-test": `${id}-${value}`, onchange: () => {
      answers[id] = value;
    } });
    return el("label", { class: "tick" }, input, words.word(key));
  };
  return el("fieldset", {}, el("legend", {}, words.word(`screening.ask.${id}`)),
    el("div", { class: "row" }, choice(true, "pages.yes"), choice(false, "pages.no"), choice(null, "pages.unknown")));
}
