// The page of an uploaded clip.

import { mount } from "../clip/clip.mjs";
import { el, given, page } from "./page.mjs";

const place = el("div", { className: "panel" });
let panel = null;
const shown = await page((word, language) => {
  panel?.setLanguage(language);
  return [el("h1", {}, word("clip.title")), place];
});
panel = await mount(place, { version: given.version, language: shown.language(), titled: false });
