// Today's plan as a list of pictures: what, how much, how long.

import { el } from "../stage/dom.mjs";
import { dayOf } from "./days.mjs";

/** One line: "2 × 8 times". */
export function doseOf(exercise, words) {
  const by = exercise.reps === null ? "seconds" : "reps";
  const places = { sets: exercise.sets, reps: exercise.reps, seconds: exercise.seconds };
  return words.word(`pages.plan.${exercise.sets === 1 ? "one_set_" : ""}${by}`, places);
}

/** The exercises of the main part. */
export function planList(plan, words, version) {
  const item = (exercise) =>
    el("li", { class: "exercise", "data-exercise": exercise.id },
      el("img", { src: `/assets/${version}/figures/${exercise.id}.png`, alt: "", width: 240, height: 280 }),
      el("div", { class: "exercise-words" },
        el("strong", {}, words.of(exercise.name)),
        el("span", {}, doseOf(exercise, words)),
        el("span", { class: "quiet" }, words.word("pages.plan.minutes", { minutes: exercise.minutes }))));
  return el("ol", { class: "exercises", "data-test": "plan" }, ...plan.exercises.map(item));
}

/** Warm-up and cool-down, and how long it all takes. */
export function planFrame(plan, words) {
  const part = (name, minutes) =>
    minutes > 0 ? el("span", { class: "part" }, `${words.word(`pages.plan.${name}`)} ${words.word("pages.plan.minutes", { minutes })}`) : null;
  return el("p", { class: "frame" },
    el("strong", {}, words.word("pages.minutes.about", { minutes: plan.minutes })),
    part("warm_up", plan.warm_up_min), part("cool_down", plan.cool_down_min));
}

/** How far the week is: dots and words. */
export function weekLine(plan, words) {
  const { done_this_week: done, asked_per_week: asked } = plan;
  const dots = Array.from({ length: Math.max(asked, done) }, (_, at) => el("i", { class: at < done ? "dot full" : "dot" }));
  return el("p", { class: "week" },
    el("span", { class: "dots", "aria-hidden": "true" }, ...dots),
    words.word(`pages.plan.week${done < asked ? "" : done > asked ? "_more" : "_full"}`, { done, asked }));
}

/** When the next session is meant. */
export function nextLine(plan, words) {
  if (!plan) return words.word("pages.plan.next_free");
  if (!plan.next_day) return words.word("pages.plan.next_plan_ends");
  const full = plan.done_this_week >= plan.asked_per_week;
  return words.word(full ? "pages.plan.next_week" : "pages.plan.next", { day: dayOf(plan.next_day, words.language) });
}
