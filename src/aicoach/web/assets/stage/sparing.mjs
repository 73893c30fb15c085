// When the camera should give fewer pictures. Every one of them is shown, and where browser and server
// share a computer that cannot keep up, showing them takes the time that looking at them needs.

const BEHIND = 0.45; // of the camera's pictures are looked at, no more
const BEHIND_MS = 3000;
const EVEN = 0.9; // of the fewer ones: there is room for all again
const EVEN_MS = 20000; // twice as long after every try that failed
const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const OFTEN_FPS = 30;
export const SELDOM_FPS = 15;

/** Watches how many of the camera's pictures are answered, and says how many it should give. */
export class Sparing {
  constructor(stats, here = HERE.has(location.hostname)) {
    Object.assign(this, { stats, here });
    this.begin();
  }

  /** The camera was opened and gives what it can. */
  begin() {
    this.fps = OFTEN_FPS;
    this.evenMs = EVEN_MS;
    this.sinceMs = null;
  }

  /** Look at the figures; pictures a second to ask the camera for, null where nothing changes. */
  step(nowMs, live) {
    const { fps, camera_fps: given } = this.stats;
    const often = this.fps === OFTEN_FPS;
    const due = often ? given > SELDOM_FPS && fps < BEHIND * given : fps >= EVEN * given;
    if (!live || !this.here || !due) {
      this.sinceMs = null;
      return null;
    }
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs < (often ? BEHIND_MS : this.evenMs)) return null;
    this.sinceMs = null;
    if (!often) this.evenMs *= 2;
    this.fps = often ? SELDOM_FPS : OFTEN_FPS;
    return this.fps;
  }
}
