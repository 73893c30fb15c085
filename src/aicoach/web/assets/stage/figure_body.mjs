// The coach's body at a moment of a loop: out of bones, into balls seen by a camera.
// Scene: x to the right of the picture, y up from the floor, z towards the camera, metres.

export const PER_BONE = 7;
/** Balls lower than this have a shadow. */
export const SHADOW_M = 0.6;
const EYE = { distance: 5.0, height: 1.35 };

/** Undo the steps: rows of numbers, each the change since the row before. */
function rowsOf(steps, unit) {
  const width = steps[0].length;
  const rows = steps.map(() => new Float32Array(width));
  const sum = new Float64Array(width);
  steps.forEach((step, t) => {
    for (let i = 0; i < width; i++) {
      sum[i] += step[i];
      rows[t][i] = sum[i] * unit;
    }
  });
  return rows;
}

/** The body of `mannequin.json`, its balls in flat arrays. */
export function readBody(table) {
  const parts = {};
  const bone = [];
  const place = [];
  const radius = [];
  for (const [key, part] of Object.entries(table.parts)) {
    parts[key] = { ...part, key, from: bone.length, count: part.balls.length };
    for (const [on, x, y, z, r] of part.balls) {
      bone.push(on);
      place.push(x, y, z);
      radius.push(r);
    }
  }
  return {
    ...table,
    parts,
    bone: Uint8Array.from(bone),
    place: Float32Array.from(place),
    radius: Float32Array.from(radius),
    balls: bone.length,
  };
}

/** The loop of `<exercise>.json`. */
export function readLoop(table) {
  return {
    ...table,
    rows: rowsOf(table.bones, table.unit_m),
    solids: table.solids.map((solid) => ({ ...solid, rows: rowsOf(solid.points, table.unit_m) })),
  };
}

/** Row and share of the way to the next one at a moment of the loop. */
function between(loop, t_s) {
  const at = (((t_s % loop.loop_s) + loop.loop_s) % loop.loop_s) * loop.hz;
  const row = Math.min(Math.floor(at), loop.frames - 1);
  return [row, Math.min(row + 1, loop.frames - 1), Math.min(at - row, 1)];
}

/** A body posed and seen: places of all balls, and where they lie in the picture. */
export class Posed {
  constructor(body) {
    this.body = body;
    this.origin = new Float32Array(body.bones.length * 3);
    this.turn = new Float32Array(body.bones.length * 9);
    this.xyz = new Float32Array(body.balls * 3);
    this.seen = new Float32Array(body.balls * 3); // x, y, radius in pixels
    this.solids = [];
    this.yaw = [1, 0];
  }

  /** Take the pose of a moment, turned by `yaw_deg` to the person's left. */
  pose(loop, t_s, yaw_deg) {
    const [one, other, share] = between(loop, t_s);
    const a = loop.rows[one];
    const b = loop.rows[other];
    const cos = Math.cos((yaw_deg * Math.PI) / 180);
    const sin = Math.sin((yaw_deg * Math.PI) / 180);
    this.yaw = [cos, sin];
    for (let i = 0; i < this.body.bones.length; i++) this.#bone(i, a, b, share, cos, sin);
    const { bone, place, balls } = this.body;
    for (let i = 0; i < balls; i++) {
      const o = bone[i] * 3;
      const m = bone[i] * 9;
      const x = place[3 * i];
      const y = place[3 * i + 1];
      const z = place[3 * i + 2];
      for (let k = 0; k < 3; k++) {
        this.xyz[3 * i + k] =
          this.origin[o + k] +
          this.turn[m + 3 * k] * x +
          this.turn[m + 3 * k + 1] * y +
          this.turn[m + 3 * k + 2] * z;
      }
    }
    this.solids = loop.solids.map((solid) => {
      const still = solid.rows.length === 1;
      const from = solid.rows[still ? 0 : one];
      const to = solid.rows[still ? 0 : other];
      const points = new Float32Array(from.length);
      for (let i = 0; i < from.length; i += 3) {
        const x = from[i] + share * (to[i] - from[i]);
        const z = from[i + 2] + share * (to[i + 2] - from[i + 2]);
        points[i] = cos * x + sin * z;
        points[i + 1] = from[i + 1] + share * (to[i + 1] - from[i + 1]);
        points[i + 2] = cos * z - sin * x;
      }
      return { colour: solid.colour, radii: solid.radii, points };
    });
  }

  #bone(i, a, b, share, cos, sin) {
    const at = i * PER_BONE;
    const x = a[at] + share * (b[at] - a[at]);
    const y = a[at + 1] + share * (b[at + 1] - a[at + 1]);
    const z = a[at + 2] + share * (b[at + 2] - a[at + 2]);
    this.origin[3 * i] = cos * x + sin * z;
    this.origin[3 * i + 1] = y;
    this.origin[3 * i + 2] = cos * z - sin * x;
    let w = a[at + 3] + share * (b[at + 3] - a[at + 3]);
    let p = a[at + 4] + share * (b[at + 4] - a[at + 4]);
    let q = a[at + 5] + share * (b[at + 5] - a[at + 5]);
    let r = a[at + 6] + share * (b[at + 6] - a[at + 6]);
    const n = 1 / Math.hypot(w, p, q, r);
    w *= n;
    p *= n;
    q *= n;
    r *= n;
    const m = [
      1 - 2 * (q * q + r * r), 2 * (p * q - w * r), 2 * (p * r + w * q),
      2 * (p * q + w * r), 1 - 2 * (p * p + r * r), 2 * (q * r - w * p),
      2 * (p * r - w * q), 2 * (q * r + w * p), 1 - 2 * (p * p + q * q),
    ];
    for (let k = 0; k < 3; k++) {
      this.turn[9 * i + k] = cos * m[k] + sin * m[6 + k];
      this.turn[9 * i + 3 + k] = m[3 + k];
      this.turn[9 * i + 6 + k] = cos * m[6 + k] - sin * m[k];
    }
  }

  /** Where a bone hangs on its joint. */
  joint(bone) {
    const i = this.body.bones.indexOf(bone);
    return this.origin.subarray(3 * i, 3 * i + 3);
  }

  /** Mean place of a part's balls. */
  middle(key) {
    const { from, count } = this.body.parts[key];
    const sum = [0, 0, 0];
    for (let i = 3 * from; i < 3 * (from + count); i++) sum[i % 3] += this.xyz[i];
    return sum.map((value) => value / count);
  }

  /** Project all balls with a framing. */
  project(frame) {
    const { radius, balls } = this.body;
    for (let i = 0; i < balls; i++) {
      const scale = frame.zoom / depth(this.xyz[3 * i + 2]);
      this.seen[3 * i] = frame.x + scale * this.xyz[3 * i];
      this.seen[3 * i + 1] = frame.y - scale * (this.xyz[3 * i + 1] - EYE.height);
      this.seen[3 * i + 2] = scale * radius[i];
    }
  }
}

/** Metres from the camera, along its axis. */
export function depth(z) {
  return Math.max(EYE.distance - z, 0.05);
}

/** Picture point and pixels per metre of a place. */
export function projected(frame, x, y, z) {
  const scale = frame.zoom / depth(z);
  return [frame.x + scale * x, frame.y - scale * (y - EYE.height), scale];
}

export const CAMERA = [0, EYE.height, EYE.distance];

/** How big and where, so that the whole loop with its props fits and the picture stands still. */
export function framing(body, loop, yaw_deg, width, height) {
  const unit = { zoom: 1, x: 0, y: 0 };
  const posed = new Posed(body);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  const hold = (x, y, r) => {
    left = Math.min(left, x - r);
    right = Math.max(right, x + r);
    top = Math.min(top, y - r);
    bottom = Math.max(bottom, y + r);
  };
  for (let row = 0; row < loop.frames; row += 3) {
    posed.pose(loop, row / loop.hz, yaw_deg);
    posed.project(unit);
    for (let i = 0; i < body.balls; i++) {
      hold(posed.seen[3 * i], posed.seen[3 * i + 1], posed.seen[3 * i + 2]);
      if (posed.xyz[3 * i + 1] < SHADOW_M) {
        const [x, y, scale] = projected(unit, posed.xyz[3 * i], 0, posed.xyz[3 * i + 2]);
        hold(x, y, 0.5 * scale * body.radius[i]); // its shadow lies on the floor
      }
    }
    for (const solid of posed.solids) {
      for (let i = 0; i < solid.points.length; i += 3) {
        const [x, y, scale] = projected(unit, ...solid.points.subarray(i, i + 3));
        hold(x, y, scale * (solid.radii?.[i / 3] ?? 0));
      }
    }
  }
  const margin = 0.95;
  const standing = height / (1.75 / EYE.distance); // a short figure is not blown up beyond this
  const zoom = Math.min(
    (margin * width) / (right - left),
    (margin * height) / (bottom - top),
    standing,
  );
  return {
    zoom,
    x: width / 2 - (zoom * (left + right)) / 2,
    y: height / 2 - (zoom * (top + bottom)) / 2,
  };
}
