// Consents in the resident's own hands: all of them in a list, or one to a page.

import { el, icon } from "../stage/dom.mjs";
import { post } from "./net.mjs";

/** Every consent with what was said and a button to change it. `changed(body)` after a change. */
export function consentList(known, words, { changed, failed, optional = true }) {
  const say = async (kind, agreed, button) => {
    button.disabled = true;
    const answer = await post("/resident/consents", { kind, agreed });
    if (answer.ok) changed(answer.body);
    else failed(answer.body);
  };
  const item = (one) => {
    const button = el("button", {
      type: "button", class: one.given ? "second" : "first", "data-test": `consent-${one.kind}`,
      onclick: () => say(one.kind, !one.given, button),
    }, words.word(one.given ? "pages.consent.take_back" : "pages.consent.agree"));
    return el("li", { class: "consent", "data-kind": one.kind, "data-given": `${one.given}` },
      el("h3", {}, words.of(one.title)),
      el("p", {}, words.of(one.text)),
      one.needed ? el("p", { class: "quiet" }, words.word("pages.consent.needed")) : null,
      el("div", { class: "said" },
        el("span", { class: one.given ? "state given" : "state" }, icon(one.given ? "check" : "dot"), words.word(one.given ? "pages.consent.given" : "pages.consent.not_given")),
        known.may_change ? button : null));
  };
  return el("ul", { class: "consents" }, ...known.kinds.filter((one) => optional || one.needed).map(item));
}
