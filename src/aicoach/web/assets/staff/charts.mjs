// Charts that can be pointed at, walked through with the arrow keys, read as a table, and printed.
// A mark or a pattern goes with every colour.
const NS = "http://www.w3.org/2000/svg";
const MARKS = { effort: "circle", pain: "triangle", good: "circle", part: "diamond", high: "square",
  low: "triangle", open: "circle", s0: "circle", s1: "triangle", s2: "square", s3: "diamond", s4: "circle", s5: "triangle" };
const BOX = { left: 40, right: 12, top: 12, bottom: 26 };

export function drawCharts(within, words, go) {
  for (const figure of within.querySelectorAll("figure[data-chart]")) {
    const data = JSON.parse(figure.dataset.chart);
    if (data.kind === "time") drawTime(figure, data, words);
    else drawSeries(figure, data, words, go);
  }
}

export function el(name, attributes = {}, text = null) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

function frame(figure, wide, high, words) {
  const title = figure.querySelector("figcaption").textContent;
  const place = document.createElement("div");
  place.className = "plot";
  place.tabIndex = 0;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", title + ". " + (words.chart_keys || ""));
  const svg = el("svg", { viewBox: `0 0 ${wide} ${high}`, "aria-hidden": "true", class: "chart-svg" });
  const told = document.createElement("output");
  told.className = "told";
  told.setAttribute("aria-live", "polite");
  place.append(svg);
  figure.append(place, told);
  return { place, svg, told };
}

function nice(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= most - 1e-9);
}

function axes(svg, geo, low, high, unit) {
  const step = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200].find((one) => (high - low) / one <= 5.01) || 500;
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-6; value += step) {
    const y = geo.y(value);
    svg.append(el("line", { x1: geo.left, x2: geo.right, y1: y, y2: y, class: "grid" }));
    const said = Number(value.toFixed(2));
    svg.append(el("text", { x: geo.left - 5, y: y + 4, class: "tick end" }, said + (unit === "%" || unit === "°" ? unit : "")));
  }
}

function mark(style, x, y, r = 3.6) {
  const kind = MARKS[style] || "circle";
  if (kind === "triangle") return el("polygon", { points: `${x},${y - r} ${x + r},${y + r} ${x - r},${y + r}`, class: `m ${style}` });
  if (kind === "diamond") return el("polygon", { points: `${x},${y - r - 1} ${x + r + 1},${y} ${x},${y + r + 1} ${x - r - 1},${y}`, class: `m ${style}` });
  if (kind === "square") return el("rect", { x: x - r + 0.5, y: y - r + 0.5, width: 2 * r - 1, height: 2 * r - 1, class: `m ${style}` });
  return el("circle", { cx: x, cy: y, r, class: `m ${style}` });
}

function patterns(svg, id) {
  const defs = el("defs");
  for (const [style, path] of [["part", "M0 6L6 0"], ["high", "M0 0L6 6"], ["low", "M3 0V6"], ["open", "M0 3H6"]]) {
    const one = el("pattern", { id: `${id}-${style}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" });
    one.append(el("rect", { width: 6, height: 6, class: `f ${style}` }), el("path", { d: path, class: "hatch" }));
    defs.append(one);
  }
  svg.append(defs);
}

let made = 0;
function drawSeries(figure, data, words, go) {
  const wide = Math.max(320, Math.min(760, figure.clientWidth - 34 || 560)), high = 220;
  const { place, svg, told } = frame(figure, wide, high, words);
  const id = `c${++made}`;
  const n = data.x.length;
  const lines = data.kind === "lines";
  const limits = data.limits || [];
  const values = data.series.flatMap((one) => one.values).filter((one) => one !== null);
  if (!n || !values.length || (!lines && !values.some((one) => one))) {
    svg.setAttribute("viewBox", `0 0 ${wide} 60`);
    svg.append(el("text", { x: wide / 2, y: 34, class: "tick middle" }, words.nothing || "–"));
    place.removeAttribute("tabindex");
    return;
  }
  const stacks = data.x.map((_, i) => data.series.reduce((sum, one) => sum + (one.values[i] || 0), 0));
  const bounds = [...limits.map((one) => one.value), ...((data.steps && data.steps.values) || [])].filter((v) => v !== null);
  let top = data.high ?? nice(Math.max(...(lines ? values : stacks), ...bounds, 1));
  let low = data.low ?? 0;
  if (lines && data.low === undefined) {
    const least = Math.min(...values);
    if (least > 40) low = Math.floor((least - 10) / 20) * 20;
    top = Math.ceil((Math.max(...values, ...bounds) + 1) / 20) * 20;
  }
  const geo = { left: BOX.left, right: wide - BOX.right, top: BOX.top, bottom: high - BOX.bottom };
  geo.x = (i) => geo.left + ((i + 0.5) * (geo.right - geo.left)) / n;
  geo.y = (v) => geo.bottom - ((geo.bottom - geo.top) * (v - low)) / (top - low);
  patterns(svg, id);
  axes(svg, geo, low, top, data.unit);
  const every = Math.ceil(n / Math.floor(wide / 56));
  data.x.forEach((label, i) => {
    if (i % every === 0) svg.append(el("text", { x: geo.x(i), y: high - 8, class: "tick middle" }, label));
  });
  const groups = [];
  if (lines) {
    for (const one of data.series) groups.push(line(svg, geo, one));
  } else {
    const width = Math.min(34, (0.68 * (geo.right - geo.left)) / n);
    const heights = new Array(n).fill(0);
    for (const one of data.series) {
      const group = el("g");
      one.values.forEach((value, i) => {
        if (!value) return;
        const y0 = geo.y(heights[i]), y1 = geo.y((heights[i] += value));
        const fill = ["part", "high", "low", "open"].includes(one.style) ? `url(#${id}-${one.style})` : null;
        const box = el("rect", { x: geo.x(i) - width / 2, y: y1, width, height: Math.max(0.5, y0 - y1), class: `bar ${one.style}` });
        if (fill) box.setAttribute("style", `fill:${fill}`);
        group.append(box);
      });
      svg.append(group);
      groups.push(group);
    }
    if (data.steps) data.steps.values.forEach((value, i) => {
      if (value) svg.append(el("line", { x1: geo.x(i) - width * 0.7, x2: geo.x(i) + width * 0.7, y1: geo.y(value), y2: geo.y(value), class: "asked" }));
    });
  }
  for (const one of limits) {
    svg.append(el("line", { x1: geo.left, x2: geo.right, y1: geo.y(one.value), y2: geo.y(one.value), class: `limit ${one.style}` }));
  }
  const cursor = el("line", { y1: geo.top, y2: geo.bottom, class: "cursor", visibility: "hidden" });
  svg.append(cursor);
  legend(figure, place, data, groups, limits);
  table(figure, data, words);

  let at = -1;
  const tell = (i) => {
    at = Math.max(0, Math.min(n - 1, i));
    cursor.setAttribute("x1", geo.x(at));
    cursor.setAttribute("x2", geo.x(at));
    cursor.setAttribute("visibility", "visible");
    const said = data.series.map((one) => `${one.name} ${shown(one.values[at], data.unit, words)}`);
    if (data.steps) said.push(`${data.steps.name} ${shown(data.steps.values[at], data.unit, words)}`);
    told.textContent = `${(data.long || data.x)[at]}: ${said.join(" · ")}`;
  };
  const index = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * wide;
    return Math.floor(((x - geo.left) / (geo.right - geo.left)) * n);
  };
  place.addEventListener("pointermove", (event) => tell(index(event)));
  place.addEventListener("pointerleave", () => { if (document.activeElement !== place) hide(cursor, told); });
  place.addEventListener("blur", () => hide(cursor, told));
  place.addEventListener("focus", () => { if (place.matches(":focus-visible")) tell(at < 0 ? n - 1 : at); });
  place.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); tell((at < 0 ? n - 1 : at) + step); }
    if (event.key === "Home") { event.preventDefault(); tell(0); }
    if (event.key === "End") { event.preventDefault(); tell(n - 1); }
    if (event.key === "Enter" && data.go && at >= 0) go(data.go[at]);
  });
  if (data.go) {
    place.classList.add("opens");
    place.addEventListener("click", (event) => { const i = index(event); if (data.go[i]) go(data.go[i]); });
  }
}

function hide(cursor, told) {
  cursor.setAttribute("visibility", "hidden");
  told.textContent = "";
}

function shown(value, unit, words) {
  if (value === null || value === undefined) return words.not_measured || "–";
  return `${value}${unit === "%" || unit === "°" ? unit : unit ? " " + unit : ""}`;
}

function line(svg, geo, one) {
  const group = el("g");
  let piece = [];
  const end = () => {
    if (piece.length > 1) group.append(el("polyline", { points: piece.join(" "), class: `line ${one.style}` }));
    piece = [];
  };
  one.values.forEach((value, i) => {
    if (value === null) return end();
    piece.push(`${geo.x(i)},${geo.y(value)}`);
  });
  end();
  one.values.forEach((value, i) => { if (value !== null) group.append(mark(one.style, geo.x(i), geo.y(value))); });
  svg.append(group);
  return group;
}

function legend(figure, before, data, groups, limits) {
  const list = document.createElement("ul");
  list.className = "legend";
  const sign = (style, kind) => {
    const svg = el("svg", { viewBox: "0 0 18 12", width: 18, height: 12, "aria-hidden": "true" });
    if (kind === "limit") svg.append(el("line", { x1: 0, x2: 18, y1: 6, y2: 6, class: `limit ${style}` }));
    else if (kind === "steps") svg.append(el("line", { x1: 1, x2: 17, y1: 6, y2: 6, class: "asked" }));
    else if (data.kind === "lines") svg.append(el("line", { x1: 0, x2: 18, y1: 6, y2: 6, class: `line ${style}` }), mark(style, 9, 6));
    else {
      const box = el("rect", { x: 2, y: 1, width: 14, height: 10, class: `bar ${style}` });
      if (["part", "high", "low", "open"].includes(style)) box.setAttribute("style", `fill:url(#c${made}-${style})`);
      svg.append(box);
    }
    return svg;
  };
  data.series.forEach((one, i) => {
    const item = document.createElement("li");
    if (data.kind === "lines" && data.series.length > 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.append(sign(one.style, "series"), " " + one.name);
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(on));
        groups[i].style.display = on ? "" : "none";
      });
      item.append(button);
    } else item.append(sign(one.style, "series"), " " + one.name);
    list.append(item);
  });
  for (const one of limits) {
    const item = document.createElement("li");
    item.append(sign(one.style, "limit"), ` ${one.name} ${one.value.toFixed ? Math.round(one.value) : one.value}${data.unit === "°" ? "°" : ""}`);
    list.append(item);
  }
  if (data.steps) {
    const item = document.createElement("li");
    item.append(sign("asked", "steps"), " " + data.steps.name);
    list.append(item);
  }
  figure.insertBefore(list, before);
}

// What the numbers in the boxes of a time line stand for.
function numbers(names) {
  const list = document.createElement("ol");
  list.className = "legend";
  names.forEach((name, i) => {
    const item = document.createElement("li");
    item.textContent = `${i + 1} ${name}`;
    list.append(item);
  });
  return list;
}

function table(figure, data, words) {
  const details = document.createElement("details");
  details.className = "as-table";
  const summary = document.createElement("summary");
  summary.textContent = words.as_table || "Table";
  const held = document.createElement("div");
  held.className = "wide";
  details.append(summary, held);
  details.addEventListener("toggle", () => {
    if (!details.open || held.firstChild) return;
    const all = data.steps ? [...data.series, data.steps] : data.series;
    const made_table = document.createElement("table");
    made_table.className = "list";
    const head = made_table.createTHead().insertRow();
    for (const name of ["", ...all.map((one) => one.name)]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
    }
    const body = made_table.createTBody();
    (data.long || data.x).forEach((label, i) => {
      const row = body.insertRow();
      const first = document.createElement("th");
      first.scope = "row";
      first.textContent = label;
      row.append(first);
      for (const one of all) {
        const cell = row.insertCell();
        cell.className = "n";
        cell.textContent = shown(one.values[i], data.unit, words);
      }
    });
    held.append(made_table);
  });
  figure.append(details);
}

// The heart rate of one session, with its window, sets and alerts; a click seeks the replay.
function drawTime(figure, data, words) {
  const wide = Math.max(640, Math.min(1380, figure.clientWidth - 34 || 1200)), high = 280;
  const { place, svg, told } = frame(figure, wide, high, words);
  const geo = { left: 46, right: wide - 14, top: 30, bottom: high - 62 };
  const rates = data.pieces.flat().map((one) => one[1]);
  const bounds = [...data.zone, data.cap].filter((one) => one !== null);
  const all = rates.length || bounds.length ? [...rates, ...bounds] : [60, 140];
  const low = Math.floor((Math.min(...all) - 5) / 10) * 10, top = Math.ceil((Math.max(...all) + 8) / 10) * 10;
  geo.x = (t) => geo.left + ((geo.right - geo.left) * Math.min(data.end, Math.max(0, t))) / data.end;
  geo.y = (v) => geo.bottom - ((geo.bottom - geo.top) * (v - low)) / (top - low);
  for (let v = Math.ceil(low / 20) * 20; v <= top; v += 20) {
    svg.append(el("line", { x1: geo.left, x2: geo.right, y1: geo.y(v), y2: geo.y(v), class: "grid" }));
    svg.append(el("text", { x: geo.left - 6, y: geo.y(v) + 4, class: "tick end" }, v));
  }
  const [lower, upper] = data.zone;
  if (lower !== null && upper !== null) {
    svg.append(el("rect", { x: geo.left, y: geo.y(upper), width: geo.right - geo.left, height: geo.y(lower) - geo.y(upper), class: "zone" }));
    svg.append(el("text", { x: geo.left + 6, y: geo.y(upper) + 15, class: "tick" }, `${data.words.zone} ${Math.round(lower)}–${Math.round(upper)}`));
  }
  if (data.cap !== null) {
    svg.append(el("line", { x1: geo.left, x2: geo.right, y1: geo.y(data.cap), y2: geo.y(data.cap), class: "limit pain" }));
    svg.append(el("text", { x: geo.right - 4, y: geo.y(data.cap) - 5, class: "tick end" }, `${data.words.cap} ${Math.round(data.cap)}`));
  }
  for (const piece of data.pieces) {
    if (piece.length === 1) svg.append(el("circle", { cx: geo.x(piece[0][0]), cy: geo.y(piece[0][1]), r: 2, class: "m heart" }));
    else svg.append(el("polyline", { points: piece.map(([t, v]) => `${geo.x(t)},${geo.y(v)}`).join(" "), class: "line heart" }));
  }
  if (!rates.length) svg.append(el("text", { x: wide / 2, y: (geo.top + geo.bottom) / 2, class: "tick middle big" }, data.words.none));
  const shade = { warm_up: "low", main: "good", cool_down: "open" };
  // Where a name does not fit its box, all boxes bear numbers, and a list below says of what.
  const width = (text) => [...text].reduce((sum, c) => sum + (c > "⺀" ? 12 : 6.3), 0);
  const names = [...new Set(data.spans.map((one) => one[3]))];
  const numbered = data.spans.some(([from, to, , label]) => width(label) >= geo.x(to) - geo.x(from) - 6);
  data.spans.forEach(([from, to, part, label], i) => {
    const box = el("rect", { x: geo.x(from), y: geo.bottom + 8, width: Math.max(1.5, geo.x(to) - geo.x(from)), height: 18, class: `span ${shade[part] || "good"}` });
    box.append(el("title", {}, `${label} ${clock(from)}–${clock(to)}`));
    svg.append(box);
    const said = numbered ? String(names.indexOf(label) + 1) : label;
    if (width(said) < geo.x(to) - geo.x(from)) svg.append(el("text", { x: (geo.x(from) + geo.x(to)) / 2, y: geo.bottom + 21, class: "tick middle" }, said));
  });
  if (numbered) figure.append(numbers(names));
  const step = [60, 120, 300, 600].find((one) => data.end / one < 13) || 900;
  for (let t = 0; t <= data.end; t += step) svg.append(el("text", { x: geo.x(t), y: high - 16, class: "tick middle" }, clock(t)));
  let last = -99, row = 0;
  for (const [t, number, level, what] of data.marks) {
    const x = geo.x(t);
    row = x - last < 17 ? (row + 1) % 2 : 0;
    last = x;
    const grave = level === "stop" || level === "rest";
    const group = el("g", { class: `alert-mark ${level}` });
    group.append(el("line", { x1: x, x2: x, y1: geo.top - 2, y2: geo.bottom, class: grave ? "alert-line grave" : "alert-line" }));
    group.append(el("circle", { cx: x, cy: 11 + row * 11, r: 8, class: grave ? "number grave" : "number" }));
    group.append(el("text", { x, y: 14.5 + row * 11, class: "in-number" }, number));
    group.append(el("title", {}, `${number}. ${what} ${clock(t)}`));
    svg.append(group);
  }
  const cursor = el("line", { y1: geo.top - 4, y2: geo.bottom + 28, class: "cursor", visibility: "hidden" });
  svg.append(cursor);
  let at = 0;
  const near = (t) => {
    let best = null;
    for (const piece of data.pieces) for (const point of piece) if (Math.abs(point[0] - t) < 15 && (!best || Math.abs(point[0] - t) < Math.abs(best[0] - t))) best = point;
    return best;
  };
  const tell = (t, speak = true) => {
    at = Math.max(0, Math.min(data.end, t));
    cursor.setAttribute("x1", geo.x(at));
    cursor.setAttribute("x2", geo.x(at));
    cursor.setAttribute("visibility", "visible");
    if (!speak) return;
    const point = near(at), span = data.spans.find(([from, to]) => at >= from && at <= to);
    told.textContent = [clock(at), point ? `${point[1]} bpm` : words.not_measured || "–", span ? span[3] : ""].filter(Boolean).join(" · ");
  };
  const desk = figure.closest(".desk");
  const t_of = (event) => {
    const box = svg.getBoundingClientRect();
    return ((((event.clientX - box.left) / box.width) * wide - geo.left) / (geo.right - geo.left)) * data.end;
  };
  place.classList.add("opens");
  place.addEventListener("pointermove", (event) => tell(t_of(event)));
  place.addEventListener("click", (event) => desk.dispatchEvent(new CustomEvent("seek", { detail: t_of(event) })));
  place.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 5, ArrowLeft: -5, PageUp: 60, PageDown: -60 }[event.key];
    if (by) { event.preventDefault(); tell(at + by); }
    if (event.key === "Enter") desk.dispatchEvent(new CustomEvent("seek", { detail: at }));
  });
  desk.addEventListener("played", (event) => { if (figure.isConnected) tell(event.detail, false); });
}

export function clock(t) {
  const whole = Math.max(0, Math.round(t));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
