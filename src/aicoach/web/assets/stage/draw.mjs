// The skeleton over the mirrored picture, and the frame in which the body should stand.

const SEEN = 4; // tenths of score
const LINKS = [
  [11, 12], [23, 24], [11, 23], [12, 24],
  [11, 13], [13, 15], [12, 14], [14, 16],
  [23, 25], [25, 27], [24, 26], [26, 28],
  [27, 29], [29, 31], [27, 31], [28, 30], [30, 32], [28, 32],
];
const JOINTS = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28];
const PARTS = { head: [0, 7, 8], hands: [15, 16], feet: [27, 28] };
const DRAWN = [...new Set([0, 7, 8, ...LINKS.flat()])];
const EDGE = 15; // thousandths of the picture
const RIM = 0.1; // of the picture's height, around the body: half a head and the pen
const STEP_PX = 64;
const SPARE = 0.5; // a canvas that is larger than twice what is needed is made smaller

/** Which of head, hands and feet are in the picture, from the keypoints of one answer. */
export function partsSeen(points) {
  const inside = (at) =>
    points !== null && points[3 * at + 2] >= SEEN &&
    points[3 * at] > EDGE && points[3 * at] < 1000 - EDGE &&
    points[3 * at + 1] > EDGE && points[3 * at + 1] < 1000 - EDGE;
  return {
    head: PARTS.head.some(inside),
    hands: PARTS.hands.every(inside),
    feet: PARTS.feet.every(inside),
  };
}

/**
 * Draws over a `<video>` with object-fit: contain.
 *
 * The canvas is no larger than what is on it and moves along: without a graphics card every pixel
 * of it is laid over the picture anew, whether something was drawn there or not.
 */
export class Drawing {
  constructor(canvas, video) {
    this.canvas = canvas;
    this.video = video;
    this.pen = canvas.getContext("2d");
    this.points = null;
    this.frame = false;
    this.whole = false;
    this.drawnMs = 0;
    this.ratio = 1;
    Object.assign(canvas.style, { inset: "0 auto auto 0", width: "0", height: "0" });
    const again = () => {
      this.measure();
      this.draw();
    };
    new ResizeObserver(again).observe(canvas.parentElement);
    video.addEventListener("resize", again);
    this.measure();
  }

  /** Where the picture lies inside the element, in device pixels. */
  measure() {
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    const [wide, high] = [Math.round(clientWidth * this.ratio), Math.round(clientHeight * this.ratio)];
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !wide || !high) {
      this.box = null;
      return;
    }
    const scale = Math.min(wide / videoWidth, high / videoHeight);
    const [w, h] = [videoWidth * scale, videoHeight * scale];
    this.box = { x: (wide - w) / 2, y: (high - h) / 2, w, h };
  }

  /** Show these keypoints from now on; null: nobody. */
  show(points) {
    this.points = points;
    this.drawnMs = performance.now();
    this.draw();
  }

  /** What was drawn too long ago is not shown any more. */
  expire(afterMs) {
    if (this.points !== null && performance.now() - this.drawnMs > afterMs) {
      this.points = null;
      this.draw();
    }
  }

  draw() {
    const { pen, box } = this;
    const place = box && (this.frame ? box : this.points && this.bounds());
    if (!place) {
      this.fit({ x: 0, y: 0, w: 0, h: 0 });
      return;
    }
    this.fit(place);
    if (this.frame) this.drawFrame();
    if (this.points) this.drawBody();
    pen.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** The part of the picture that holds the body with its head and pen; null: nothing is seen. */
  bounds() {
    const { box } = this;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const keypoint of DRAWN) {
      const place = this.at(keypoint);
      if (!place) continue;
      left = Math.min(left, place[0]);
      right = Math.max(right, place[0]);
      top = Math.min(top, place[1]);
      bottom = Math.max(bottom, place[1]);
    }
    if (left > right) return null;
    const rim = RIM * box.h;
    return { x: left - rim, y: top - rim, w: right - left + 2 * rim, h: bottom - top + 2 * rim };
  }

  /** Put the empty canvas there; its size changes in steps, since another size is another canvas. */
  fit({ x, y, w, h }) {
    const { canvas, pen, ratio } = this;
    const [wide, high] = [w, h].map((side) => STEP_PX * Math.ceil(side / STEP_PX));
    if (wide > canvas.width || high > canvas.height || wide * high < SPARE * canvas.width * canvas.height) {
      canvas.width = wide;
      canvas.height = high;
      canvas.style.width = `${wide / ratio}px`;
      canvas.style.height = `${high / ratio}px`;
    } else pen.clearRect(0, 0, canvas.width, canvas.height);
    const [left, up] = [Math.floor(x), Math.floor(y)];
    canvas.style.transform = `translate(${left / ratio}px, ${up / ratio}px)`;
    pen.setTransform(1, 0, 0, 1, -left, -up);
  }

  at(keypoint) {
    const { points, box } = this;
    if (points[3 * keypoint + 2] < SEEN) return null;
    return [
      box.x + box.w * (1 - points[3 * keypoint] / 1000), // mirrored
      box.y + box.h * (points[3 * keypoint + 1] / 1000),
    ];
  }

  drawBody() {
    const { pen, box } = this;
    const width = Math.max(4, box.h / 85);
    pen.lineCap = "round";
    pen.lineJoin = "round";
    const lines = new Path2D();
    for (const [one, other] of LINKS) {
      const [a, b] = [this.at(one), this.at(other)];
      if (!a || !b) continue;
      lines.moveTo(...a);
      lines.lineTo(...b);
    }
    pen.strokeStyle = "rgba(6, 12, 18, 0.75)";
    pen.lineWidth = width * 1.9;
    pen.stroke(lines);
    pen.strokeStyle = "#5ff0cb";
    pen.lineWidth = width;
    pen.stroke(lines);
    const dots = new Path2D();
    for (const joint of JOINTS) {
      const a = this.at(joint);
      if (!a) continue;
      dots.moveTo(a[0] + width, a[1]);
      dots.arc(a[0], a[1], width, 0, 2 * Math.PI);
    }
    const nose = this.at(0);
    pen.fillStyle = "#ffffff";
    pen.fill(dots);
    pen.strokeStyle = "rgba(6, 12, 18, 0.75)";
    pen.lineWidth = width * 0.35;
    pen.stroke(dots);
    if (nose) this.drawHead(nose, width);
  }

  drawHead(nose, width) {
    const { pen } = this;
    const [left, right] = [this.at(7), this.at(8)];
    const size = left && right ? Math.hypot(left[0] - right[0], left[1] - right[1]) * 0.9 : 0;
    const radius = Math.max(size, this.box.h / 28);
    pen.beginPath();
    pen.arc(nose[0], nose[1], radius, 0, 2 * Math.PI);
    pen.strokeStyle = "rgba(6, 12, 18, 0.75)";
    pen.lineWidth = width * 1.3;
    pen.stroke();
    pen.strokeStyle = "#5ff0cb";
    pen.lineWidth = width * 0.7;
    pen.stroke();
  }

  drawFrame() {
    const { pen, box } = this;
    const [x, y, w, h] = [box.x + box.w * 0.14, box.y + box.h * 0.05, box.w * 0.72, box.h * 0.9];
    const arm = Math.min(w, h) * 0.16;
    pen.lineCap = "round";
    const corners = new Path2D();
    for (const [cx, cy, sx, sy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x, y + h, 1, -1], [x + w, y + h, -1, -1]]) {
      corners.moveTo(cx + sx * arm, cy);
      corners.lineTo(cx, cy);
      corners.lineTo(cx, cy + sy * arm);
    }
    pen.strokeStyle = "rgba(6, 12, 18, 0.7)";
    pen.lineWidth = Math.max(8, box.h / 45);
    pen.stroke(corners);
    pen.strokeStyle = this.whole ? "#5ff0cb" : "#ffd257";
    pen.lineWidth = Math.max(4, box.h / 80);
    pen.stroke(corners);
    if (!this.whole) this.drawOutline();
  }

  /** Somebody who stands in the frame, from head to feet. */
  drawOutline() {
    const { pen, box } = this;
    const unit = box.h * 0.86;
    const cx = box.x + box.w / 2;
    const top = box.y + box.h * 0.08;
    const px = (dx, dy) => [cx + dx * unit, top + dy * unit];
    const outline = new Path2D();
    outline.arc(...px(0, 0.07), 0.06 * unit, 0, 2 * Math.PI);
    outline.moveTo(...px(-0.035, 0.15));
    for (const sx of [-1, 1]) {
      outline.moveTo(...px(sx * 0.035, 0.145));
      outline.bezierCurveTo(...px(sx * 0.13, 0.17), ...px(sx * 0.125, 0.2), ...px(sx * 0.14, 0.34));
      outline.lineTo(...px(sx * 0.165, 0.5));
      outline.lineTo(...px(sx * 0.13, 0.51));
      outline.lineTo(...px(sx * 0.095, 0.3));
      outline.lineTo(...px(sx * 0.095, 0.55));
      outline.lineTo(...px(sx * 0.085, 0.96));
      outline.lineTo(...px(sx * 0.11, 1));
      outline.lineTo(...px(sx * 0.025, 1));
      outline.lineTo(...px(sx * 0.012, 0.58));
    }
    pen.setLineDash([unit / 45, unit / 45]);
    pen.strokeStyle = "rgba(6, 12, 18, 0.6)";
    pen.lineWidth = Math.max(5, box.h / 90);
    pen.stroke(outline);
    pen.strokeStyle = "rgba(255, 255, 255, 0.9)";
    pen.lineWidth = Math.max(2.5, box.h / 180);
    pen.stroke(outline);
    pen.setLineDash([]);
  }
}
