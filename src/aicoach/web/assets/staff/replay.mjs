// Kept skeletons on a canvas: play, pause, scrub, speed. There never was a picture.
import { clock } from "./charts.mjs";

const UNSEEN = -32768;
const SCALE = 10000;
const BONES = [[11, 12], [11, 13], [13, 15], [12, 14], [14, 16], [11, 23], [12, 24], [23, 24], [23, 25],
  [25, 27], [24, 26], [26, 28], [27, 29], [29, 31], [27, 31], [28, 30], [30, 32], [28, 32], [15, 19], [16, 20]];
const LEFT = new Set([11, 13, 15, 19, 23, 25, 27, 29, 31]);

export async function mountReplay(place, view, words) {
  const canvas = place.querySelector("canvas"), play = place.querySelector("[data-play]");
  const scrub = place.querySelector("[data-scrub]"), at = place.querySelector("[data-at]");
  const speed = place.querySelector("[data-speed]"), desk = place.closest(".desk");
  const answer = await fetch(place.dataset.replay).catch(() => null);
  if (!answer || !answer.ok) {
    place.textContent = words.replay_lost || "–";
    return;
  }
  const film = read(await answer.arrayBuffer());
  if (!film.n) return;
  const first = film.t[0], last = film.t[film.n - 1];
  scrub.min = first;
  scrub.max = last;
  let now = first, on = false, before = 0;

  const show = () => {
    draw(canvas, film, frameAt(film, now));
    scrub.value = now;
    scrub.setAttribute("aria-valuetext", clock(now));
    at.textContent = clock(now);
    desk.dispatchEvent(new CustomEvent("played", { detail: now }));
    follow(view, now);
  };
  const step = (ms) => {
    if (!on || !place.isConnected) return;
    now += ((ms - before) / 1000) * Number(speed.value);
    before = ms;
    if (now >= last) { now = last; set(false); }
    show();
    if (on) requestAnimationFrame(step);
  };
  const set = (value) => {
    on = value;
    play.textContent = on ? words.pause : words.play;
    play.setAttribute("aria-pressed", String(on));
    if (on) {
      if (now >= last) now = first;
      requestAnimationFrame((ms) => { before = ms; step(ms); });
    }
  };
  play.addEventListener("click", () => set(!on));
  scrub.addEventListener("input", () => { now = Number(scrub.value); show(); });
  canvas.addEventListener("click", () => set(!on));
  desk.addEventListener("seek", (event) => {
    if (!place.isConnected) return;
    now = Math.max(first, Math.min(last, event.detail));
    show();
  });
  show();
  place.dataset.ready = "1";
}

export function read(buffer) {
  const head = new DataView(buffer);
  const n = head.getUint32(0, true), wide = head.getUint16(4, true), high = head.getUint16(6, true);
  return { n, wide, high, t: new Float32Array(buffer, 8, n), p: new Int16Array(buffer, 8 + 4 * n, n * 66) };
}

function frameAt(film, t) {
  let low = 0, high = film.n - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (film.t[middle] <= t) low = middle;
    else high = middle - 1;
  }
  return film.t[low] > t + 1 || t - film.t[low] > 1 ? -1 : low; // nobody was seen around this moment
}

function draw(canvas, film, row) {
  const pen = canvas.getContext("2d"), style = getComputedStyle(canvas);
  const wide = canvas.width, high = canvas.height;
  pen.clearRect(0, 0, wide, high);
  if (row < 0) return;
  const aspect = film.high / film.wide;
  const size = Math.min(wide, high / aspect);
  const left = (wide - size) / 2, top = (high - size * aspect) / 2;
  const at = (i) => {
    const x = film.p[row * 66 + 2 * i], y = film.p[row * 66 + 2 * i + 1];
    return x === UNSEEN ? null : [left + size - (x / SCALE) * size, top + (y / SCALE) * size];
  };
  pen.lineCap = "round";
  pen.lineWidth = 5;
  for (const [a, b] of BONES) {
    const from = at(a), to = at(b);
    if (!from || !to) continue;
    const left_side = LEFT.has(a) && LEFT.has(b), middle = LEFT.has(a) !== LEFT.has(b);
    pen.strokeStyle = style.getPropertyValue(middle ? "--ink" : left_side ? "--left" : "--right");
    pen.setLineDash(left_side ? [] : middle ? [] : [9, 7]);
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.fillStyle = style.getPropertyValue("--ink");
  const nose = at(0);
  if (nose) { pen.beginPath(); pen.arc(nose[0], nose[1], 0.028 * size, 0, 7); pen.fill(); }
}

let marked = null;
function follow(view, t) {
  const items = [...view.querySelectorAll(".moments [data-t]:not([hidden])")];
  const now = items.filter((one) => Number(one.dataset.t) <= t + 0.05).pop();
  if (now === marked) return;
  marked?.classList.remove("now");
  now?.classList.add("now");
  marked = now;
  if (now) {
    const list = now.parentElement;
    if (now.offsetTop < list.scrollTop || now.offsetTop > list.scrollTop + list.clientHeight - 30) list.scrollTop = now.offsetTop - 40;
  }
}
