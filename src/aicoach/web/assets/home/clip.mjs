// A clip of one's own, looked at by the coach: the panel stays while other pages are shown.

import { mount } from "../clip/clip.mjs";
import { el } from "../stage/dom.mjs";

export function clipPage(home) {
  const { words } = home;
  if (!home.clip) {
    const place = el("div", { class: "clip-place" });
    home.clip = { place, panel: mount(place, { version: home.version, language: words.language, titled: false }) };
  }
  home.clip.panel.then((panel) => panel.setLanguage(words.language));
  return el("main", { class: "own-clip" }, el("h1", { tabIndex: -1 }, words.word("clip.title")), home.clip.place);
}
