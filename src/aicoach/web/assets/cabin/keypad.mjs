// Large keys for a number, and for letters where codes have them.

import { el, icon } from "../stage/dom.mjs";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ-"];

/** The keys. `press(sign)`, `erase()`, `enter()`; `letters`: whether there are letter keys. */
export function keypad(words, { press, erase, enter, enterWord, letters, toggle, showLetters }) {
  const key = (sign) => el("button", { type: "button", class: "key", "data-key": sign, onclick: () => press(sign) }, sign);
  const rub = el("button", { type: "button", class: "key", "aria-label": words.word("cabin.sign_in.delete"), "data-key": "delete", onclick: erase }, icon("erase"));
  const go = el("button", { type: "button", class: "key go", "data-key": "enter", onclick: enter }, enterWord);
  const change = letters ? el("button", { type: "button", class: "key small", "data-key": "change", onclick: toggle }, words.word(`cabin.sign_in.${showLetters ? "digits" : "letters"}`)) : null;
  if (showLetters) return el("div", { class: "keys letters" }, ...LETTERS.map(key), rub, change, go);
  const row = [rub, key("0"), go];
  return el("div", { class: "keys" }, ...DIGITS.map(key), ...row, change);
}
