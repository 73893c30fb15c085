// The questions of the day on one page: what applies is touched, one button says the rest.

import { el, icon } from "./dom.mjs";

/** What is shown instead of one question after the other; null: there is nothing to put together. */
export function listed(view, words) {
  const rows = view.ahead ?? [];
  if (rows.length < 2 || !rows.some((row) => row.id === view.question?.id)) return null;
  return { id: `today-${rows.length}`, kind: "checklist", title: words.word("stage.today.title"), rows, current: view.question.id };
}

/** The list; `answer(question, value)` is called for each row, for the one that is asked last. */
export function checklist(question, words, answer, alone) {
  const marked = new Set();
  const main = el("button", { type: "button", class: "answer main", "data-test": "none-of-these", onclick: () => tell() });
  const name = () => main.replaceChildren(icon("check"), el("span", {}, words.word(marked.size ? "stage.today.some" : "stage.today.none")));
  const rows = question.rows.map((row) => el(
    "button",
    { type: "button", class: "answer row", "aria-pressed": "false", "data-test": "row", "data-row": row.id, onclick: (event) => mark(row.id, event.currentTarget) },
    el("i", { class: "mark", "aria-hidden": "true" }), el("span", {}, words.of(row.text)),
  ));
  const single = el("button", { type: "button", class: "answer single", "data-test": "one-by-one", onclick: alone }, words.word("stage.today.single"));
  name();

  function mark(id, button) {
    if (!marked.delete(id)) marked.add(id);
    button.setAttribute("aria-pressed", String(marked.has(id)));
    name();
  }

  function tell() {
    main.disabled = true;
    const ordered = [...question.rows].sort((a, b) => (a.id === question.current) - (b.id === question.current));
    for (const row of ordered) {
      if (row.kind === "yes_no") answer(row.id, marked.has(row.id));
      else if (!marked.has(row.id)) answer(row.id, 0); // how much is asked by itself
    }
  }

  return el("div", { class: "checklist" }, el("div", { class: "rows" }, ...rows), el("div", { class: "below" }, main, single));
}
