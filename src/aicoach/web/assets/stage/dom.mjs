// Making elements, and the few shapes that say a state beside its word.

const SVG = "http://www.w3.org/2000/svg";

/** An element; `on...` are listeners, `data-...` and `aria-...` attributes, the rest properties. */
export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else if (name === "class") made.className = value;
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A drawing of paths and circles in a box of 24 by 24; it says nothing to a screen reader. */
export function icon(name, size = "1em") {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("width", size);
  drawing.setAttribute("height", size);
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  drawing.classList.add("icon");
  for (const [shape, attributes] of SHAPES[name]) drawing.append(svg(shape, attributes));
  return drawing;
}

/** One element of a drawing. */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const line = (d, width = 2.5) => [
  "path",
  {
    d, fill: "none", stroke: "currentColor", "stroke-width": width,
    "stroke-linecap": "round", "stroke-linejoin": "round",
  },
];
const full = (d) => ["path", { d, fill: "currentColor", "fill-rule": "evenodd" }];

const SHAPES = {
  eye: [
    line("M1.5 12C4.5 6.8 8 4.6 12 4.6s7.5 2.2 10.5 7.400c-3 5.2-6.5 7.4-10.5 7.400S4.5 17.2 1.5 12z", 2.2),
    ["circle", { cx: 12, cy: 12, r: 3.6, fill: "currentColor" }],
  ],
  blind: [
    line("M1.5 12C4.5 6.8 8 4.6 12 4.6s7.5 2.2 10.5 7.400c-3 5.2-6.5 7.4-10.5 7.400S4.5 17.2 1.5 12z", 2.2),
    line("M4 21L20 3", 3),
  ],
  heart: [full("M12 21S2 14.6 2 8.400C2 5.3 4.4 3 7.2 3 9.2 3 11 4.1 12 5.8 13 4.1 14.8 3 16.8 3 19.6 3 22 5.3 22 8.4 22 14.6 12 21 12 21z")],
  stop: [full("M7.7 1.500h8.600l6.2 6.200v8.600l-6.2 6.200H7.700l-6.2-6.200V7.700z")],
  pause: [full("M5 3h5v18H5zM14 3h5v18h-5z")],
  play: [full("M5 2.500v19l16-9.500z")],
  skip: [full("M3 3.500v17l11-8.500zM16 3.500h4.500v17H16z")],
  repeat: [line("M4 12a8 8 0 1 1 2.6 5.9"), full("M2 13l2.2-5.5 4.6 3.800z")],
  check: [line("M3.5 12.500l6 6L20.5 6", 3.4)],
  cross: [line("M5 5l14 14M19 5L5 19", 3.4)],
  question: [line("M8 8.500a4 4 0 1 1 5.8 3.600c-1.3.7-1.8 1.5-1.8 3", 2.8), ["circle", { cx: 12, cy: 19.6, r: 1.8, fill: "currentColor" }]],
  up: [full("M12 3l9.5 12h-6v6h-7v-6h-6z")],
  down: [full("M12 21l9.5-12h-6V3h-7v6h-6z")],
  dot: [["circle", { cx: 12, cy: 12, r: 8, fill: "currentColor" }]],
  warn: [full("M12 1.500L23.5 22H.500zM10.7 8.500l.5 7h1.600l.5-7zM12 17a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z")],
  info: [full("M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zm-1.4 9h2.800v8h-2.800zM12 5.500a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.400z")],
  halt: [full("M7.7 1.500h8.600l6.2 6.200v8.600l-6.2 6.200H7.700l-6.2-6.200V7.700zM10.6 5.500l.5 8h1.800l.5-8zM12 15.500a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.200z")],
  camera: [full("M8 4l-1.5 2.500H2V20h20V6.500h-4.500L16 4zM12 8.500a4.7 4.7 0 1 1 0 9.4 4.7 4.7 0 0 1 0-9.400z")],
  globe: [line("M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM2 12h20M12 2c-5.5 6-5.5 14 0 20M12 2c5.5 6 5.5 14 0 20", 1.8)],
  erase: [line("M8 5h13v14H8l-6-7zM11.5 9l6 6M17.5 9l-6 6", 2.2)],
  sound: [full("M2 8.500v7h4.500L12 20V4L6.5 8.500z"), line("M15.5 8.500a5 5 0 0 1 0 7M18.5 5.500a9 9 0 0 1 0 13", 2.2)],
};

/** A face from 0 (well) to 10 (the worst pain): brows and mouth follow the number. */
export function face(value) {
  const mood = 1 - value / 5;
  const mouth = `M7.2 ${16 - mood} Q12 ${16 + 3.6 * mood} 16.8 ${16 - mood}`;
  const brow = 1.7 * Math.max(0, value / 10);
  const drawing = icon("dot", "100%");
  drawing.replaceChildren(
    svg("circle", { cx: 12, cy: 12, r: 11, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }),
    svg("circle", { cx: 8.2, cy: 10.3, r: 1.3, fill: "currentColor" }),
    svg("circle", { cx: 15.8, cy: 10.3, r: 1.3, fill: "currentColor" }),
    ...(value < 4 ? [] : [
      svg("path", { d: `M5.8 ${7.6 - 0.3 * brow}L10 ${7.6 - 1.2 * brow}`, stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round" }),
      svg("path", { d: `M18.2 ${7.6 - 0.3 * brow}L14 ${7.6 - 1.2 * brow}`, stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round" }),
    ]),
    value >= 9
      ? svg("ellipse", { cx: 12, cy: 16.8, rx: 3.4, ry: 2.5, fill: "none", stroke: "currentColor", "stroke-width": 1.6 })
      : svg("path", { d: mouth, fill: "none", stroke: "currentColor", "stroke-width": 1.7, "stroke-linecap": "round" }),
  );
  return drawing;
}

/** Make a text smaller until it fits its box, never larger than the style sheet says. */
export function fit(element, least = 0.5) {
  element.style.fontSize = "";
  const largest = parseFloat(getComputedStyle(element).fontSize);
  for (let size = largest; size > largest * least; size *= 0.93) {
    if (element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1) return;
    element.style.fontSize = `${size * 0.93}px`;
  }
}
