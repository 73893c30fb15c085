// The coach demonstrates an exercise on a canvas. See mountFigure.

import { nextPicture } from "../common/frames.mjs";
import { framing, Posed, readBody, readLoop } from "./figure_body.mjs";
import { Painter } from "./figure_paint.mjs";

const SPEEDS = [0.25, 1.5];
const CHEAP_MS = 4; // above it every second picture of the screen is left out
const CALM_MS = 100; // between two pictures while something else needs the computer
const PEN_PX = 1.5;
const ARROW = { share: 0.06, colour: "#5b6b7c" };

const kept = new Map();
function fetched(address) {
  if (!kept.has(address)) {
    const asked = fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return answer.json();
    });
    asked.catch(() => kept.delete(address)); // ask again next time
    kept.set(address, asked);
  }
  return kept.get(address);
}

/**
 * Draw the coach on a canvas whose size is given by its style.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{version: string, reducedMotion?: boolean}} options reducedMotion: start and target
 *   stand side by side instead of moving.
 */
export function mountFigure(canvas, { version, reducedMotion = false }) {
  const context = canvas.getContext("2d");
  let body = null;
  let painter = null;
  let posed = null;
  let loop = null;
  let wanted = null;
  let speed = 1;
  let view = "default";
  let mirrored = false;
  let t_s = 0;
  let last_ms = null;
  let moving = false;
  let request = 0;
  let timer = 0;
  let odd = false;
  let calm = false;
  let drawn = 0;
  let cost_ms = 0;
  let frames = new Map();

  const yaw = () => body.views[view === "default" ? loop.view : view];

  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    frames = new Map();
    if (loop) draw();
  }

  function framed(width, height) {
    const key = `${loop.exercise} ${yaw()} ${width} ${height}`;
    if (!frames.has(key)) frames.set(key, framing(body, loop, yaw(), width, height));
    return frames.get(key);
  }

  function still(moment_s, left, top, width, height) {
    const frame = framed(width, height);
    posed.pose(loop, moment_s, yaw());
    const placed = { zoom: frame.zoom, x: frame.x + left, y: frame.y + top };
    posed.project(placed);
    painter.paint(posed, placed, loop.working, PEN_PX * Math.max(1, canvas.height / 480));
  }

  function draw() {
    const begin = performance.now();
    const { width, height } = canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (mirrored) context.setTransform(-1, 0, 0, 1, width, 0);
    if (reducedMotion) drawPair(width, height);
    else still(t_s, 0, 0, width, height);
    cost_ms += (drawn ? 0.1 : 1) * (performance.now() - begin - cost_ms);
    drawn += 1;
  }

  /** Start and target beside each other, or one below the other: whichever is larger. */
  function drawPair(width, height) {
    const gap = Math.round(ARROW.share * Math.max(width, height));
    const beside = [Math.floor((width - gap) / 2), height];
    const below = [width, Math.floor((height - gap) / 2)];
    const side = framed(...beside).zoom >= framed(...below).zoom;
    const [w, h] = side ? beside : below;
    // The order is that of reading, in the mirror too.
    const [first, second] = side && mirrored ? [loop.target_s, 0] : [0, loop.target_s];
    still(first, 0, 0, w, h);
    still(second, side ? w + gap : 0, side ? 0 : h + gap, w, h);
    context.setTransform(1, 0, 0, 1, 0, 0);
    arrow(width / 2, height / 2, 0.4 * gap, side ? 0 : Math.PI / 2);
  }

  function arrow(x, y, size, turn) {
    context.translate(x, y);
    context.rotate(turn);
    context.beginPath();
    context.moveTo(-size / 2, -size);
    context.lineTo(size / 2, 0);
    context.lineTo(-size / 2, size);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.strokeStyle = ARROW.colour;
    context.lineWidth = Math.max(2, size / 3);
    context.lineCap = context.lineJoin = "round";
    context.stroke();
  }

  /** The next picture; while calm the page is not even woken before it is time. */
  function awaitNext() {
    if (!calm) request = nextPicture(tick);
    else timer = setTimeout(() => (request = nextPicture(tick)), CALM_MS);
  }

  function tick(now_ms) {
    if (!moving) return;
    awaitNext();
    odd = !odd;
    if (!calm && cost_ms > CHEAP_MS && odd) return;
    // After a hidden tab the loop goes on where it stood.
    if (last_ms !== null) t_s += speed * Math.min((now_ms - last_ms) / 1000, 0.1);
    last_ms = now_ms;
    t_s %= loop.loop_s;
    draw();
  }

  function waitNoMore() {
    cancelAnimationFrame(request);
    clearTimeout(timer);
  }

  function move() {
    waitNoMore();
    moving = !reducedMotion;
    last_ms = null;
    if (moving) request = nextPicture(tick);
    else draw();
  }

  function halt() {
    moving = false;
    waitNoMore();
  }

  const watch = new ResizeObserver(fit);
  watch.observe(canvas);

  return {
    /** Show an exercise from its beginning. Rejects if it is not known or cannot be fetched. */
    async show(exercise) {
      wanted = exercise;
      const base = `/figure/${version}`;
      const [person, table] = await Promise.all([
        fetched(`${base}/mannequin.json`),
        fetched(`${base}/${encodeURIComponent(exercise)}.json`),
      ]);
      if (wanted !== exercise) return; // another was asked for meanwhile
      if (!body) {
        body = readBody(person);
        painter = new Painter(context, body);
        posed = new Posed(body);
      }
      loop = readLoop(table);
      t_s = 0;
      fit();
      move();
    },
    setSpeed(times) {
      if (Number.isFinite(times)) speed = Math.min(Math.max(times, SPEEDS[0]), SPEEDS[1]);
    },
    /** "front", "side", "oblique", or "default": the view that explains the exercise best. */
    setView(name) {
      view = ["front", "side", "oblique"].includes(name) ? name : "default";
      if (loop && !moving) draw();
    },
    setMirrored(on) {
      mirrored = Boolean(on);
      if (loop && !moving) draw();
    },
    /** Fewer pictures: the camera comes first. */
    setCalm(on) {
      if (calm === Boolean(on)) return;
      calm = Boolean(on);
      if (!moving) return;
      waitNoMore();
      awaitNext();
    },
    /** A still of a moment of the loop. */
    at(moment_s) {
      halt();
      t_s = moment_s;
      if (loop) draw();
    },
    /** Move again after `at`. */
    play() {
      if (loop) move();
    },
    /** The end: nothing is drawn any more. */
    stop() {
      wanted = null;
      halt();
      loop = null;
      watch.disconnect();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
    },
    /** What is shown, in numbers; null before the first exercise. */
    describe() {
      if (!loop) return null;
      return {
        exercise: loop.exercise,
        loop_s: loop.loop_s,
        target_s: loop.target_s,
        phases: loop.phases.map(([name, from_s, to_s]) => ({ name, from_s, to_s })),
        t_s,
        view: view === "default" ? loop.view : view,
        drawn,
        cost_ms,
      };
    },
  };
}
