// When the camera should give fewer pictures. Every one of them is shown, and where browser and server
// share a computer that cannot keep up, showing them takes the time that looking at them needs.

const BEHIND = 0.6; // of the camera's pictures are looked at, no more
const FOR_MS = 3000;
const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const SELDOM_FPS = 15;

/** Watches how many of the camera's pictures are answered; once it says "fewer" it stays at that. */
export class Sparing {
  constructor(stats, here = HERE.has(location.hostname)) {
    Object.assign(this, { stats, here });
    this.begin();
  }

  /** The camera was opened and gives what it can. */
  begin() {
    this.fewer = false;
    this.sinceMs = null;
  }

  /** Look at the figures; true once: from now on fewer pictures will do. */
  step(nowMs, live) {
    const { fps, camera_fps: given } = this.stats;
    const behind = live && this.here && given > SELDOM_FPS && fps < BEHIND * given;
    if (!behind || this.fewer) {
      this.sinceMs = null;
      return false;
    }
    this.sinceMs ??= nowMs;
    this.fewer = nowMs - this.sinceMs >= FOR_MS;
    return this.fewer;
  }
}
