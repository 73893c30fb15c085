// From the camera to small pictures: which ones are made, and when. The work is done in encode.mjs.

const SIDE_PX = 480;
const STUCK_MS = 2000; // a picture that was not made by then is given up
const COUNTED_MS = 2000;

/**
 * Looks at the camera's stream and makes pictures.
 *
 * `made(jpeg, capturedMs, shownMs)` gets each. None is begun before the moment that `may` was told
 * last, and after each one it has to be told again. Where the browser can hand the stream over,
 * the worker takes pictures out of it itself and the page is not woken for them.
 */
export class Eye {
  constructor({ video, stats, made }) {
    Object.assign(this, { video, stats, made });
    this.run = 0;
    this.times = [];
    this.fromMs = Infinity;
    this.encoding = null;
    this.worker = new Worker(new URL("encode.mjs", import.meta.url), { type: "module" });
    this.worker.addEventListener("message", (event) => this.encoded(event.data));
  }

  /** Look at this stream from now on. */
  watch(stream) {
    const run = (this.run += 1);
    this.encoding = null;
    const readable = streamOf(stream.getVideoTracks()[0]);
    if (readable) {
      this.worker.postMessage({ readable, run, side: SIDE_PX }, [readable]);
    } else if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) this.byFrame(run);
    else this.byTimer(run);
  }

  /** Look at nothing. */
  close() {
    this.run += 1;
    this.worker.postMessage({ run: this.run });
  }

  /** A picture may be begun from this moment of performance.now() on; Infinity: not now. */
  may(fromMs) {
    this.fromMs = fromMs;
    this.worker.postMessage({ fromMs: fromMs + performance.timeOrigin });
  }

  dispose() {
    this.close();
    this.worker.terminate();
  }

  byFrame(run) {
    let captures = null;
    const next = (_now, about) => {
      if (run !== this.run) return;
      captures ??= typeof about.captureTime === "number";
      const shown = about.presentationTime;
      this.look(captures ? (about.captureTime ?? shown) : shown, shown, run);
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  byTimer(run) {
    const timer = setInterval(() => {
      if (run !== this.run) clearInterval(timer);
      else if (this.video.readyState >= 2) this.look(performance.now(), performance.now(), run);
    }, 33);
  }

  async look(capturedMs, shownMs, run) {
    this.count(1, shownMs);
    const now = performance.now();
    if (this.encoding !== null && now - this.encoding > STUCK_MS) this.encoding = null;
    if (this.encoding !== null || now < this.fromMs || !this.video.videoWidth) return;
    this.encoding = now;
    this.fromMs = Infinity;
    let picture;
    try {
      picture = "VideoFrame" in window ? new VideoFrame(this.video) : await createImageBitmap(this.video);
    } catch {
      this.encoding = null; // the camera is just being taken away
      this.fromMs = 0;
      return;
    }
    const size = [this.video.videoWidth, this.video.videoHeight];
    this.worker.postMessage({ picture, size, run, side: SIDE_PX, capturedMs, shownMs: shownMs + performance.timeOrigin }, [picture]);
  }

  encoded({ run, jpeg, capturedMs, shownMs, tookMs, frames }) {
    if (run !== this.run) return;
    this.encoding = null;
    if (frames) this.count(frames, performance.now());
    if (!jpeg) {
      if (!frames) this.fromMs = 0; // this picture is left out, the next one comes soon
      return;
    }
    const { stats } = this;
    stats.encode_ms = stats.encode_ms ? 0.9 * stats.encode_ms + 0.1 * tookMs : tookMs;
    stats.picture_bytes = jpeg.byteLength;
    this.made(jpeg, capturedMs, shownMs - performance.timeOrigin);
  }

  /** How many pictures a second the camera gives. */
  count(frames, nowMs) {
    this.times.push([nowMs, frames]);
    while (this.times[0][0] < nowMs - COUNTED_MS) this.times.shift();
    this.stats.camera_fps = (1000 / COUNTED_MS) * this.times.reduce((sum, [, one]) => sum + one, 0);
  }
}

/** A track's pictures as a stream that a worker can read; null where the browser has none. */
function streamOf(track) {
  if (!("MediaStreamTrackProcessor" in window)) return null;
  try {
    return new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable;
  } catch {
    return null;
  }
}
