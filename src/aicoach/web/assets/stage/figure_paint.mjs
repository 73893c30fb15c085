// Painting the posed coach: fused limbs with one contour, far ones darker, working ones in the
// accent colour, an egg for a head and no face. What is nearer is painted later.

import { CAMERA, depth, projected, SHADOW_M } from "./figure_body.mjs";

const CORNERS = 36;
const ROUGH = 3; // of the corners, for what is painted small
const RING = Float32Array.from({ length: 2 * CORNERS }, (_, i) => {
  const angle = (Math.PI * 2 * Math.floor(i / 2)) / CORNERS;
  return i % 2 ? Math.sin(angle) : Math.cos(angle);
});
const ARM = ["hand", "thumb", "forearm", "upper_arm"];
const LEG = ["shoe", "shank", "thigh"];
const FACES = [
  [0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3],
];
const SHADOW = { flat: 0.28, layers: [0.2, 0.5, 0.8], dark: 0.1, shrink: 6, blur: 2 };

const tones = new Map();
function toned(colour, factor) {
  const key = `${colour}${factor.toFixed(2)}`;
  let found = tones.get(key);
  if (!found) {
    const whole = parseInt(colour.slice(1), 16);
    const channel = (shift) => Math.min(255, Math.round(((whole >> shift) & 255) * factor));
    found = `rgb(${channel(16)} ${channel(8)} ${channel(0)})`;
    tones.set(key, found);
  }
  return found;
}

/**
 * Which circle reaches furthest in every direction: the convex hull of circles. `circles` holds
 * x, y, radius; `picks` the ranges [from, count) of it.
 */
function outermost(circles, picks, every = 1) {
  const found = new Uint16Array(CORNERS);
  for (let k = 0; k < CORNERS; k += every) {
    const dx = RING[2 * k];
    const dy = RING[2 * k + 1];
    let best = -Infinity;
    for (const [from, count] of picks) {
      for (let i = 3 * from; i < 3 * (from + count); i += 3) {
        const reach = circles[i] * dx + circles[i + 1] * dy + circles[i + 2];
        if (reach > best) {
          best = reach;
          found[k] = i;
        }
      }
    }
  }
  return found;
}

/** Add that hull, grown by some pixels. Always the same way round, so that pieces unite. */
function addHull(path, circles, found, grow, every = 1) {
  for (let k = 0; k < CORNERS; k += every) {
    const at = found[k];
    const far = circles[at + 2] + grow;
    const x = circles[at] + far * RING[2 * k];
    const y = circles[at + 1] + far * RING[2 * k + 1];
    if (k === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}

export class Painter {
  constructor(context, body) {
    this.context = context;
    this.body = body;
    this.soft = document.createElement("canvas");
  }

  /** One picture of a posed body; `pen`: pixels of the contour. */
  paint(posed, frame, working, pen) {
    const { context } = this;
    this.posed = posed;
    this.frame = frame;
    this.working = new Set(working);
    this.pen = pen;
    const hips = depth(posed.joint("pelvis")[2]);
    const solids = posed.solids
      .map((solid) => ({ ...solid, away: depth(middleZ(solid.points)) }))
      .sort((one, other) => other.away - one.away);
    this.#shadow();
    for (const solid of solids) if (solid.away >= hips - 0.22) this.#solid(solid);
    this.#figure();
    for (const solid of solids) {
      if (solid.away >= hips - 0.22) continue;
      context.globalAlpha = hides(solid.points) ? 0.3 : 1;
      this.#solid(solid);
    }
    context.globalAlpha = 1;
  }

  #picks(...keys) {
    return keys.map((key) => [this.body.parts[key].from, this.body.parts[key].count]);
  }

  #colour(key) {
    const { accent, body } = this.body.colours;
    return this.working.has(this.body.parts[key].works) ? accent : body;
  }

  /** Pieces with one contour around all of them; a piece is a list of parts in one hull. */
  #fused(pieces, tone, colours) {
    const { context } = this;
    const { contour } = this.body.tones;
    const { seen } = this.posed;
    const hulls = pieces.map((keys) => outermost(seen, this.#picks(...keys)));
    for (const grow of [this.pen, 0]) {
      for (let i = 0; i < pieces.length; ) {
        const colour = colours[i];
        context.beginPath();
        for (; i < pieces.length && colours[i] === colour; i++) {
          addHull(context, seen, hulls[i], grow);
        }
        context.fillStyle = toned(colour, grow > 0 ? tone * contour : tone);
        context.fill();
      }
    }
  }

  #figure() {
    const { posed } = this;
    const chest = depth(posed.middle("chest")[2]);
    const queue = ["left_arm", "right_arm", "left_leg", "right_leg"].map((limb) =>
      this.#limb(limb, chest),
    );
    queue.push([1.0, () => this.#fused([["neck"]], 0.96, [this.body.colours.body])]);
    queue.push([2.0, () => this.#torso()]);
    const low = depth(posed.middle("skull")[2]) > chest + 0.12;
    queue.push([low ? 0.8 : 4.0, () => this.#head()]);
    queue.sort((one, other) => one[0] - other[0]);
    for (const [, draw] of queue) draw();
  }

  /** Place of a limb in the painter's order, and its painting. */
  #limb(limb, chest) {
    const { posed, body } = this;
    const [side, kind] = limb.split("_");
    const other = side === "left" ? "right" : "left";
    const arm = kind === "arm";
    const root = arm ? "upper_arm" : "thigh";
    const away = (bone) => depth(posed.joint(bone)[2]);
    const middle = away(`${side}_${arm ? "forearm" : "shank"}`);
    const end = away(`${side}_hand`);
    const across = away(`${side}_${root}`) - away(`${other}_${root}`);
    const nearness = chest - (middle + end) / 2;
    const far = across > body.far_by_m;
    const names = (arm ? ARM : LEG).map((name) => `${side}_${name}`);
    const draw = () =>
      this.#fused(
        names.map((name) => [name]),
        far ? body.tones.far : 1,
        names.map((name) => this.#colour(name)),
      );
    const tiny = 0.1 * Math.tanh(-across);
    if (arm) {
      const behind = far || (nearness < -0.1 && across > -body.far_by_m);
      return [(behind ? 0.2 : 5) + tiny, draw];
    }
    const towards = away(`${side}_thigh`) - middle;
    const ahead = towards > body.points_at_camera_m;
    if (far && !ahead) return [0.5 + tiny, draw];
    return [(ahead ? 3 : 1.5) + tiny, draw];
  }

  #torso() {
    const pieces = [["pelvis", "belly"], ["belly", "chest"], ["chest", "trapezius"]];
    this.#fused(pieces, 1, pieces.map(([, name]) => this.#colour(name)));
  }

  #head() {
    const { posed, body } = this;
    const skull = depth(posed.middle("skull")[2]);
    const turned = depth(posed.middle("hair")[2]) > skull + 0.025; // the hair lies behind
    const cap = turned ? [["crown"]] : [["hair"], ["crown"]];
    const pieces = [["skull", "jaw"], ...cap];
    const { hair } = body.colours;
    if (turned) this.#fused([["hair"]], 1, [hair]);
    this.#fused(pieces, 1, pieces.map((_, i) => (i ? hair : body.colours.body)));
    for (const ear of ["left_ear", "right_ear"]) {
      if (depth(posed.middle(ear)[2]) < skull - 0.03) {
        this.context.beginPath();
        addHull(this.context, posed.seen, outermost(posed.seen, this.#picks(ear)), 0);
        this.context.fillStyle = toned(body.colours.body, 0.9);
        this.context.fill();
      }
    }
  }

  /** A contact shadow, soft because it is painted small. */
  #shadow() {
    const { posed, frame, soft, context } = this;
    const { width, height } = context.canvas;
    soft.width = Math.ceil(width / SHADOW.shrink);
    soft.height = Math.ceil(height / SHADOW.shrink);
    const small = soft.getContext("2d");
    small.fillStyle = `rgb(0 0 0 / ${SHADOW.dark})`;
    const parts = Object.values(this.body.parts).filter((part) => part.limb !== "head");
    const lowest = parts.map(({ from, count }) => {
      let low = Infinity;
      for (let i = from; i < from + count; i++) {
        low = Math.min(low, posed.xyz[3 * i + 1] - this.body.radius[i]);
      }
      return 1 - low / SHADOW_M;
    });
    const hulls = parts.map(({ from, count }, n) => {
      if (lowest[n] < SHADOW.layers[0]) return null;
      const flat = new Float32Array(3 * count);
      for (let i = 0; i < count; i++) {
        const ball = 3 * (from + i);
        const [x, y, scale] = projected(frame, posed.xyz[ball], 0, posed.xyz[ball + 2]);
        flat[3 * i] = x / SHADOW.shrink;
        flat[3 * i + 1] = y / SHADOW.shrink / SHADOW.flat;
        flat[3 * i + 2] = (scale * this.body.radius[from + i]) / SHADOW.shrink;
      }
      return [flat, outermost(flat, [[0, count]], ROUGH)];
    });
    small.setTransform(1, 0, 0, SHADOW.flat, 0, 0); // a ball's shadow is a flat ellipse
    for (const share of SHADOW.layers) {
      small.beginPath();
      hulls.forEach((hull, n) => {
        if (lowest[n] >= share) addHull(small, ...hull, (1 - share) * SHADOW.blur, ROUGH);
      });
      small.fill();
    }
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(soft, 0, 0, soft.width * SHADOW.shrink, soft.height * SHADOW.shrink);
  }

  #solid({ colour, radii, points }) {
    const { context, frame } = this;
    if (!radii) {
      this.#box(points, colour);
      return;
    }
    const circles = new Float32Array(points.length);
    for (let i = 0; i < points.length; i += 3) {
      const [x, y, scale] = projected(frame, points[i], points[i + 1], points[i + 2]);
      circles.set([x, y, scale * radii[i / 3]], i);
    }
    const found = outermost(circles, [[0, radii.length]]);
    for (const [grow, tone] of [[0.8 * this.pen, 0.7], [0, 1]]) {
      context.beginPath();
      addHull(context, circles, found, grow);
      context.fillStyle = toned(colour, tone);
      context.fill();
    }
  }

  #box(points, colour) {
    const { context, frame } = this;
    const corner = (i) => [points[3 * i], points[3 * i + 1], points[3 * i + 2]];
    const middle = mean([0, 1, 2, 3, 4, 5, 6, 7].map(corner));
    context.lineWidth = Math.max(1, 0.7 * this.pen);
    context.lineJoin = "round";
    for (const face of FACES) {
      const corners = face.map(corner);
      const at = mean(corners);
      const out = at.map((value, k) => value - middle[k]);
      const towards = out.reduce((sum, value, k) => sum + value * (CAMERA[k] - at[k]), 0);
      if (towards <= 0) continue;
      const upward = out[1] / Math.max(Math.hypot(...out), 1e-9);
      const tone = upward > 0.9 ? 1 : Math.abs(out[2]) >= Math.abs(out[0]) ? 0.88 : 0.8;
      context.beginPath();
      corners.forEach((place, i) => {
        const [x, y] = projected(frame, ...place);
        if (i) context.lineTo(x, y);
        else context.moveTo(x, y);
      });
      context.closePath();
      context.fillStyle = toned(colour, tone);
      context.fill();
      context.strokeStyle = toned(colour, 0.7);
      context.stroke();
    }
  }
}

function mean(places) {
  return [0, 1, 2].map((k) => places.reduce((sum, place) => sum + place[k], 0) / places.length);
}

/** Whether it is as high as a person: a wall before the coach is seen through. */
function hides(points) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 1; i < points.length; i += 3) {
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  return points.length === 24 && high - low > 1.5;
}

function middleZ(points) {
  let sum = 0;
  for (let i = 2; i < points.length; i += 3) sum += points[i];
  return (3 * sum) / points.length;
}
