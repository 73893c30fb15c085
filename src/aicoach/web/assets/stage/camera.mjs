// The resident's camera: opened, watched for what can go wrong, and let go.

import { Eye } from "./eye.mjs";
import { OFTEN_FPS, Sparing } from "./sparing.mjs";

const WANTED = { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: OFTEN_FPS } };
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
 * `send(jpeg, capturedMs, shownMs)` gets each picture; `nextMs()` is asked from when one may be
 * made; `changed(problem)` hears null when there is a picture and else denied, absent, in_use,
 * unplugged, insecure or hidden.
 */
export class Camera {
  constructor({ video, send, nextMs, changed, stats }) {
    Object.assign(this, { video, nextMs, changed });
    this.problem = null;
    this.wanted = false;
    const made = (...picture) => {
      if (!this.problem) send(...picture);
    };
    this.eye = new Eye({ video, stats, made });
    this.sparing = new Sparing(stats);
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
    this.eye.watch(stream);
    this.sparing.begin();
    this.tell(null);
    return true;
  }

  /** Let go of the camera: its light goes out. */
  close() {
    this.wanted = false;
    this.eye.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  lose(problem) {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.eye.close();
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
    this.pace();
    this.changed(problem);
  }

  /** Give as many pictures as this computer can keep up with; `live`: they are wanted. */
  spare(live) {
    const fps = this.sparing.step(performance.now(), live && !this.problem);
    const track = fps === null ? null : this.stream?.getVideoTracks()[0];
    track?.applyConstraints({ ...WANTED, frameRate: { ideal: fps, max: fps } }).catch(() => {}); // it gives what it can
  }

  /** When the next picture may be made has changed. */
  pace() {
    this.eye.may(this.problem ? Infinity : this.nextMs());
  }

  /** The page goes away. */
  dispose() {
    this.close();
    this.eye.dispose();
  }
}
