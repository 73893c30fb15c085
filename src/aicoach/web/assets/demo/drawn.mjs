// A drawn resident in place of the camera: pictures from the server, played into a stream.

import { mount } from "../stage/stage.mjs";
import { el, given, page } from "./page.mjs";

const place = el("div", { "data-stage": "" });
const canvas = el("canvas", { width: 480, height: 360 });
let frames = null;
let stage = null;

/** Every picture of the footage, behind its length. */
async function unpack() {
  const pack = await (await fetch(`/figures/${given.version}/drawn.pack`)).arrayBuffer();
  const look = new DataView(pack);
  const found = [];
  for (let at = 0; at < pack.byteLength;) {
    const length = look.getUint32(at, true);
    found.push(new Blob([new Uint8Array(pack, at + 4, length)], { type: "image/jpeg" }));
    at += 4 + length;
  }
  return found;
}

/** A stream as a camera gives it; the same footage over and over. */
async function drawnCamera() {
  frames ??= await unpack();
  const pen = canvas.getContext("2d");
  const stream = canvas.captureStream(given.fps);
  const [track] = stream.getVideoTracks();
  const began = performance.now();
  let shown = -1;
  const turn = async () => {
    if (track.readyState === "ended") return;
    const now = Math.floor(((performance.now() - began) / 1000) * given.fps) % frames.length;
    if (now !== shown) {
      shown = now;
      const picture = await createImageBitmap(frames[now]);
      pen.drawImage(picture, 0, 0);
      picture.close();
    }
    setTimeout(turn, 500 / given.fps);
  };
  turn();
  return stream;
}

const media = navigator.mediaDevices;
if (media) media.getUserMedia = drawnCamera;
else Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: drawnCamera, enumerateDevices: async () => [], addEventListener() {}, removeEventListener() {} } });

// On the stage the mark lies above the picture.
document.addEventListener("stage:state", (event) => document.body.toggleAttribute("data-on", event.detail.state !== "idle"));
document.addEventListener("stage:closed", () => document.body.removeAttribute("data-on"));

const shown = await page((word, language) => {
  stage?.setLanguage(language);
  const begin = el("button", { type: "button", className: "begin", "data-test": "begin" }, word("drawn.begin"));
  begin.onclick = async () => {
    await stage.start({
      what: "trial", language: shown.language(), exercises: [given.exercise], birth_year: 1980,
      active: true, disease: false, symptoms: false, repetitions: given.repetitions,
    }, { unlock: true });
  };
  return [
    el("h1", {}, word("drawn.title")), el("p", { className: "lead" }, word("drawn.page")), begin,
    el("p", { className: "drawn-mark" }, word("drawn.mark")), place,
  ];
});
stage = await mount(place, { assets: `/assets/${given.version}`, version: given.version, page: "drawn", props: {}, trigger: () => {}, watch: () => {} });
stage = stage ?? window.aicoachStage;
stage.setLanguage(shown.language());
document.body.dataset.ready = "yes";
