// A page of ours stands before Gradio does, which takes most of a second to begin: its script is in
// the page that the server sends, and its place is above Gradio's. What Gradio holds joins later.

import "./frames.mjs"; // before Gradio takes the browser's own for itself
import { el } from "../stage/dom.mjs";

/** The place of a page, and what the address of its script says. */
export function firstOf(name, address) {
  const { pathname, searchParams } = new URL(address);
  const [assets, version] = /^\/assets\/([^/]+)/.exec(pathname);
  const theme = new URLSearchParams(location.search).get("__theme");
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark); // as Gradio will decide, too
  const host = document.createElement("div");
  host.dataset[name] = "";
  document.body.prepend(host);
  const later = document.querySelector("gradio-app");
  later.style.visibility = "hidden"; // nobody needs to see it load
  stageThere().then(() => later.style.removeProperty("visibility"));
  return { host, assets, version, ...Object.fromEntries(searchParams) };
}

/** A sheet of style; what hangs on it is shown when it has come, and not bare before. */
export function dressing(host, href) {
  const shown = () => host.style.removeProperty("visibility");
  host.style.visibility = "hidden";
  return el("link", { rel: "stylesheet", href, onload: shown, onerror: shown });
}

/** The stage of this page as soon as it is there. */
export async function stageThere() {
  return window.aicoachStage ?? new Promise((done) => document.addEventListener("stage:mounted", (event) => done(event.detail), { once: true }));
}
