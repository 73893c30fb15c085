// A card held before the camera: found in the browser where it can, else by the server in single
// pictures, which it looks at and forgets.

import { post, postPicture } from "../common/net.mjs";

const BEGINNING = "AICOACH1:";
const LOOK_MS = 800;
const WIDTH = 640;
const QUALITY = 0.8;

export class CardReader {
  /** `found(answer)` with the answer to a card; `problem(body)` where there is no camera. */
  constructor(video, { found, problem }) {
    this.video = video;
    this.found = found;
    this.problem = problem;
    this.on = false;
  }

  async open() {
    this.on = true;
    try {
      const wanted = { video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } } };
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (!this.on) return stop(stream);
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
    } catch {
      if (this.on) this.problem();
      return undefined;
    }
    this.detector = await detector();
    return this.look();
  }

  close() {
    this.on = false;
    clearTimeout(this.timer);
    if (this.stream) stop(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  async look() {
    if (!this.on) return;
    let waitMs = LOOK_MS;
    const answer = this.video.videoWidth ? await this.seek() : null;
    if (!this.on) return;
    if (answer && answer.body.problem !== "no_code") {
      this.found(answer);
      waitMs = Math.max(2000, 1000 * (answer.body.wait_s ?? 0));
    }
    this.timer = setTimeout(() => this.look(), waitMs);
  }

  async seek() {
    if (this.detector) {
      const codes = await this.detector.detect(this.video).catch(() => []);
      const card = codes.find((one) => one.rawValue.startsWith(BEGINNING));
      return card ? post("/entry/sign-in", { who: { by: "card", code: card.rawValue } }) : null;
    }
    return postPicture("/entry/card-picture", await this.picture());
  }

  async picture() {
    const { videoWidth, videoHeight } = this.video;
    const canvas = new OffscreenCanvas(WIDTH, Math.round((WIDTH * videoHeight) / videoWidth));
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  }
}

async function detector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
