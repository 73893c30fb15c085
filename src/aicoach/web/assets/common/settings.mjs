// Language and text size of one browser at home, kept there and nowhere else.

import { spoken } from "./language.mjs";

const KEY = "aicoach.page";
export const SIZES = ["normal", "large", "largest"];
const SCALE = { normal: 1, large: 1.25, largest: 1.5 };

/** What was chosen, else what the browser asks for. */
export function chosen() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    kept = {};
  }
  return {
    language: spoken(kept.language),
    size: SIZES.includes(kept.size) ? kept.size : "normal",
  };
}

export function choose(settings) {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // a browser that keeps nothing: the choice holds until the page is left
  }
}

export const scaleOf = (size) => SCALE[size];
