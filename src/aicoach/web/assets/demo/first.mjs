// The first page of the demonstration: what it is, and four ways on.

import { el, given, page } from "./page.mjs";

const card = (word, name, href) => el("li", {}, el("a", { href, "data-test": name },
  el("strong", {}, word(`${name}.title`)), el("span", {}, word(`${name}.text`))));

const keys = (word) => el("dl", {}, ...Object.entries(given.keys).flatMap(([name, value]) => [
  el("dt", {}, word(`key.${name}`)), el("dd", {}, el("code", {}, value))]));

await page((word) => [
  el("h1", {}, word("title")), el("p", { className: "lead" }, word("text")),
  el("h2", {}, word("try")),
  el("ul", { className: "ways large" }, card(word, "camera", "/home"), card(word, "drawn", "/drawn"), card(word, "clip", "/clip")),
  el("h2", {}, word("rooms")),
  el("ul", { className: "ways" }, card(word, "cabin", "/cabin"), card(word, "home", "/sign-in?next=/home"), card(word, "staff", "/sign-in?next=/staff")),
  el("section", { className: "keys" }, el("h2", {}, word("keys")), el("p", {}, word("keys_text")), keys(word)),
  el("p", { className: "quiet" }, word("note")),
], { home: false });
