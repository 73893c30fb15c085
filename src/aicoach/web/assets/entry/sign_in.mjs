// Signing in with login and password: residents at home, family, staff.

import { get, post, refusalOf } from "../common/net.mjs";
import { choose, chosen, scaleOf } from "../common/settings.mjs";
import { el, icon } from "../stage/dom.mjs";
import { loadWords, Words } from "../stage/words.mjs";

const STAFF = new Set(["staff", "clinician", "site_admin", "system_admin"]);
const wanted = new URLSearchParams(location.search).get("next") ?? "";
const desk = /^\/staff(\?[^#]*)?$/.test(wanted) ? wanted : "/staff"; // nowhere but here
const place = (role) => (STAFF.has(role) ? desk : wanted === "/home" ? wanted : "/");
const root = document.getElementById("entry");
const settings = chosen();
const version = new URL(import.meta.url).pathname.split("/")[2];
const words = new Words(await loadWords(version), settings.language);
const typed = { login: "", notice: null, waitUntil: 0 };

const me = await get("/entry/me");
if (me.body.language) words.language = settings.language = me.body.language; // chosen on another page
if (me.body.role) location.replace(place(me.body.role));
else draw();

async function enter(event) {
  event.preventDefault();
  const { login, password } = event.target.elements;
  typed.login = login.value.trim();
  if (!typed.login || !password.value) return say(() => words.word("home.entry.missing"));
  const button = event.target.querySelector("button");
  button.disabled = true;
  const answer = await post("/entry/sign-in", { who: { by: "password", login: typed.login, password: password.value } });
  if (answer.ok) {
    post("/entry/language", { language: words.language });
    return location.replace(place(answer.body.role));
  }
  typed.waitUntil = performance.now() + 1000 * (answer.body.wait_s ?? 0);
  return say(() => refusalOf(answer.body, words).text);
}

function say(notice) {
  typed.notice = notice;
  draw();
  root.querySelector("input[type=password]").focus();
}

function draw() {
  document.documentElement.lang = words.language;
  document.documentElement.style.setProperty("--text", scaleOf(settings.size));
  document.title = words.word("home.entry.title");
  const other = words.language === "zh" ? "en" : "zh";
  const waitS = Math.ceil((typed.waitUntil - performance.now()) / 1000);
  const notice = typed.notice ? `${typed.notice()}${waitS > 0 ? ` ${words.word("pages.wait_s", { seconds: waitS })}` : ""}` : "";
  const field = (name, type, autocomplete, value) =>
    el("p", { class: "field" },
      el("label", { htmlFor: name }, words.word(`home.entry.${name}`)),
      el("input", { id: name, name, type, autocomplete, value, required: false, autocapitalize: "none", spellcheck: false }));
  root.replaceChildren(
    el("p", { class: "bar" }, el("strong", {}, words.word("home.page")),
      el("button", { type: "button", class: "plain", lang: other, "data-test": "language", onclick: () => {
        words.language = other;
        settings.language = other;
        choose(settings);
        post("/entry/language", { language: other });
        draw();
      } }, icon("globe"), words.word("pages.other_language"))),
    el("h1", {}, words.word("home.entry.title")),
    el("p", {}, words.word("home.entry.text")),
    el("form", { onsubmit: enter, noValidate: true },
      field("login", "text", "username", typed.login), field("password", "password", "current-password", ""),
      el("p", { class: "notice", role: "alert", "data-test": "notice" }, notice),
      el("button", { type: "submit", "data-test": "enter" }, words.word("home.entry.go"))),
    el("p", {}, el("a", { href: "/", "data-test": "try" }, words.word("home.entry.no_account"))));
}
