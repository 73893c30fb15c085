// The stage alone, for whoever looks after it: some exercises, one button.

import { el } from "./dom.mjs";

/** A plain form before the stage, in the page's own light. */
export async function plain(element, stage, { version }) {
  const exercises = await (await fetch(`/exercises/${version}.json`)).json();
  const choice = el("select", { name: "exercise", "data-test": "exercise" },
    ...Object.entries(exercises).map(([id, one]) => el("option", { value: id, selected: id === "squat" }, `${one.zh} / ${one.en}`)));
  const language = el("select", { name: "language", "data-test": "start-language" }, el("option", { value: "zh" }, "中文"), el("option", { value: "en" }, "English"));
  const begin = el("button", { type: "button", "data-test": "start" }, "开始 / Start");
  begin.addEventListener("click", () => stage.start({
    what: "trial", language: language.value, exercises: [choice.value], birth_year: 1980,
    active: true, disease: false, symptoms: false, repetitions: 5,
  }));
  const form = el("div", { class: "plain-start" },
    el("label", {}, "动作 / Exercise ", choice), el("label", {}, " 语言 / Language ", language), begin);
  form.style.cssText = "display:flex;flex-wrap:wrap;gap:1rem;padding:1rem;font-size:1.25rem";
  element.after(form);
  await stage.resume();
}
