// The resident's camera: opened, watched, and its pictures made small enough to send.

const SIDE_PX = 480;
const STUCK_MS = 2000; // a picture that was not made by then is given up
const WANTED = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "absent",
  DevicesNotFoundError: "absent",
  NotReadableError: "in_use",
  TrackStartError: "in_use",
  AbortError: "in_use",
};

/**
 * Opens the camera into a `<video>` and hands over pictures.
 *
 * `send(jpeg, capturedMs, shownMs)` gets each picture; `free(encoding)` is asked before one is
 * made; `changed(problem)` hears null when there is a picture and else denied, absent, in_use,
 * unplugged, insecure or hidden.
 */
export class Camera {
  constructor({ video, send, free, changed, stats }) {
    Object.assign(this, { video, send, free, changed, stats });
    this.problem = null;
    this.wanted = false;
    this.made = new Map();
    this.number = 0;
    this.worker = new Worker(new URL("encode.mjs", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", (event) => this.encoded(event.data));
    this.times = [];
    this.run = 0;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.lookAgain());
    document.addEventListener("visibilitychange", () => this.seenOrHidden());
  }

  /** Open it; true when there is a picture. Ask again after a problem. */
  async open() {
    this.wanted = true;
    if (this.stream?.getVideoTracks()[0]?.readyState === "live") {
      this.tell(null);
      return true;
    }
    if (!navigator.mediaDevices?.getUserMedia) {
      this.tell("insecure");
      return false;
    }
    if (this.opening) return this.opening;
    this.opening = this.tryOpen().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async tryOpen() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
    } catch (first) {
      if (first.name === "OverconstrainedError") {
        try {
          stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: false });
        } catch (second) {
          this.tell(PROBLEMS[second.name] ?? "in_use");
          return false;
        }
      } else {
        this.tell(PROBLEMS[first.name] ?? "in_use");
        if (first.name === "NotAllowedError") this.waitForPermission();
        return false;
      }
    }
    if (!this.wanted) {
      for (const track of stream.getTracks()) track.stop();
      return false;
    }
    this.stream = stream;
    const track = stream.getVideoTracks()[0];
    track.addEventListener("ended", () => {
      if (stream === this.stream) this.lose("unplugged");
    });
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch {
      // the element was taken away, or another stream came: the newer one plays
    }
    this.tell(null);
    this.pump();
    return true;
  }

  /** Let go of the camera: its light goes out. */
  close() {
    this.wanted = false;
    this.run += 1;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  lose(problem) {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.run += 1;
    this.tell(problem);
    this.lookAgain();
  }

  async lookAgain() {
    if (!this.wanted || !this.problem || this.problem === "hidden") return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (devices.some((device) => device.kind === "videoinput")) await this.open();
  }

  async waitForPermission() {
    try {
      const permission = await navigator.permissions.query({ name: "camera" });
      permission.addEventListener("change", () => {
        if (permission.state !== "denied") this.lookAgain();
      });
    } catch {
      // this browser does not tell: the button remains
    }
  }

  seenOrHidden() {
    if (!this.wanted) return;
    if (document.hidden) this.tell("hidden");
    else if (this.problem === "hidden") this.tell(this.stream ? null : "unplugged");
  }

  tell(problem) {
    this.problem = problem;
    this.changed(problem);
  }

  pump() {
    const run = (this.run += 1);
    const byFrame = "requestVideoFrameCallback" in HTMLVideoElement.prototype;
    let captures = null;
    const next = (now, about) => {
      if (run !== this.run) return;
      if (captures === null && about) captures = typeof about.captureTime === "number";
      const shown = about?.presentationTime ?? performance.now();
      const captured = captures && typeof about.captureTime === "number" ? about.captureTime : shown;
      this.look(captured, shown);
      if (byFrame) this.video.requestVideoFrameCallback(next);
    };
    if (byFrame) this.video.requestVideoFrameCallback(next);
    else {
      const timer = setInterval(() => {
        if (run !== this.run) clearInterval(timer);
        else if (this.video.readyState >= 2) next(performance.now(), null);
      }, 33);
    }
  }

  look(captured, shown) {
    this.times.push(shown);
    while (this.times[0] < shown - 2000) this.times.shift();
    this.stats.camera_fps = this.times.length / 2;
    if (this.problem) return;
    for (const [number, { begun }] of this.made) {
      if (performance.now() - begun > STUCK_MS) this.made.delete(number);
    }
    if (!this.free(this.made.size)) {
      this.stats.skipped += 1;
      return;
    }
    this.encode(captured, shown);
  }

  async encode(captured, shown) {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !height) return;
    const scale = Math.min(1, this.stats.side_px / Math.max(width, height));
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    const number = (this.number += 1);
    this.made.set(number, { captured, shown, begun: performance.now(), run: this.run });
    let picture;
    try {
      picture = "VideoFrame" in window ? new VideoFrame(this.video) : await createImageBitmap(this.video);
    } catch {
      this.made.delete(number); // the camera is just being taken away
      return;
    }
    this.worker.postMessage({ number, picture, wide, high }, [picture]);
  }

  encoded({ number, jpeg }) {
    const made = this.made.get(number);
    this.made.delete(number);
    if (!made || !jpeg || made.run !== this.run || this.problem) return;
    const took = performance.now() - made.begun;
    this.stats.encode_ms = this.stats.encode_ms ? 0.9 * this.stats.encode_ms + 0.1 * took : took;
    this.stats.picture_bytes = jpeg.byteLength;
    this.send(jpeg, made.captured, made.shown);
  }

  /** The page goes away. */
  dispose() {
    this.close();
    this.worker.terminate();
  }
}

export { SIDE_PX };
