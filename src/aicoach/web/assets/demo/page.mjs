// What the pages of the demonstration have in common: words, language, a head.

import { chosen, choose } from "../common/settings.mjs";

export const given = JSON.parse(document.getElementById("given").textContent);

export const el = (tag, more = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(more)) {
    if (name.includes("-")) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
};

const words = {};

/** Draw the page now and after every change of the language. */
export async function page(draw, { home = true } = {}) {
  const main = document.getElementById("demo");
  let language = chosen().language;
  const show = async () => {
    words[language] ??= await (await fetch(`/words/${given.version}/${language}.json`)).json();
    document.documentElement.lang = language;
    const word = (key, places = {}) => (words[language][`demo.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
    document.title = word("title");
    const other = language === "zh" ? "en" : "zh";
    const button = el("button", { type: "button", lang: other, className: "language", "data-test": "language", onclick: () => {
      choose({ ...chosen(), language: other });
      language = other;
      show();
    } }, other === "zh" ? "中文" : "English");
    main.replaceChildren(
      el("header", {}, home ? el("a", { href: "/", className: "back" }, word("back")) : el("span", { className: "mark" }, "aicoach"), button),
      ...draw(word, language));
  };
  await show();
  return { language: () => language };
}
