// Makes pictures small, beside the page: on its own thread nothing on the screen has to wait.
//
// Told {readable, run, side}: take them out of a stream; {picture, size, run, side, capturedMs,
// shownMs}: make this one; {fromMs}: from when one of the stream may be begun; {run}: forget the
// stream. Times of the page are told since the epoch: the two threads count from other zeros.

const QUALITY = 0.6;
const TOLD_MS = 500; // how often the page hears how many pictures came while none was made
const canvas = new OffscreenCanvas(1, 1);
const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
let watched = 0;
let fromMs = Infinity;

const nowMs = () => performance.timeOrigin + performance.now();

self.onmessage = ({ data }) => {
  if (data.readable) {
    watched = data.run;
    follow(data);
  } else if (data.picture) one(data);
  else if (data.fromMs !== undefined) fromMs = data.fromMs;
  else watched = data.run;
};

/** Every picture of a stream until it ends; those that nobody waits for are only counted. */
async function follow({ readable, run, side }) {
  const reader = readable.getReader();
  let frames = 0;
  let toldMs = nowMs();
  while (run === watched) {
    const { value: picture, done } = await reader.read();
    if (done) break;
    const shownMs = nowMs();
    frames += 1;
    if (run === watched && shownMs >= fromMs) {
      fromMs = Infinity;
      const size = [picture.displayWidth, picture.displayHeight];
      const capturedMs = picture.timestamp / 1000;
      const jpeg = await small(picture, size, side);
      if (!jpeg) fromMs = 0;
      tell({ run, jpeg, frames, capturedMs, shownMs, tookMs: nowMs() - shownMs });
      frames = 0;
      toldMs = nowMs();
    } else {
      picture.close();
      if (shownMs - toldMs > TOLD_MS) {
        tell({ run, jpeg: null, frames });
        frames = 0;
        toldMs = shownMs;
      }
    }
  }
  reader.cancel().catch(() => {});
}

async function one({ picture, size, run, side, capturedMs, shownMs }) {
  const begunMs = nowMs();
  const jpeg = await small(picture, size, side);
  tell({ run, jpeg, frames: 0, capturedMs, shownMs, tookMs: nowMs() - begunMs });
}

function tell(message) {
  self.postMessage(message, message.jpeg ? [message.jpeg] : []);
}

/** The picture as JPEG, its longer side no longer than that; null where it cannot be made. */
async function small(picture, [width, height], side) {
  try {
    const scale = Math.min(1, side / Math.max(width, height));
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    pen.drawImage(picture, 0, 0, wide, high);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return await blob.arrayBuffer();
  } catch {
    return null;
  } finally {
    picture.close();
  }
}
