// The line to the server: HTTP to begin, a socket to live, and the way back when it was lost.

const HEAD_BYTES = 12;
const PING_EVERY_MS = 1000;
const SILENT_MS = 3000; // pictures are sent and none is answered
const MUTE_MS = 6000; // not even a ping is answered
const BACK_OFF_MS = [200, 500, 1000, 2000, 4000];
const LATENCIES = 2000;
const MOST_IN_FLIGHT = 2;
const LOOK_MS = 33; // before the server has said how long it looks at a picture
const EARLY_MS = 8; // rather wait a little at the server than let it wait
const QUARTER = 250; // of the time between two pictures of the camera, where that is known
const KNOWN = 30; // answers of which the way there and back is known

export const MOVED = 4409;
const REFUSED = 4401;
const UNANSWERED = 1; // our own codes, for the statistics
const MUTE = 2;

/** Ask the server; {status, body}. Status 0: it could not be reached. */
export async function ask(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {} };
  } catch {
    return { status: 0, body: {} };
  }
}

/**
 * One room's socket.
 *
 * `heard(message)` gets what the server says; `changed(state)` one of connecting, live, away,
 * moved, gone. Pictures in flight are counted here: whoever makes them asks `nextMs` when the next
 * one may be begun, and is told by `paced()` that the answer has changed.
 */
export class Link {
  constructor({ heard, changed, paced, stats }) {
    this.heard = heard;
    this.paced = paced;
    this.changed = changed;
    this.stats = stats;
    this.room = null;
    this.over = true;
    this.number = 0;
    this.flying = new Map();
    this.waiting = [];
    this.tries = 0;
    this.ways = [];
    this.lookMs = LOOK_MS;
    this.freeMs = 0;
    this.answers = [];
    window.addEventListener("online", () => this.hurry());
  }

  /** Connect to a room that was opened or found; its ticket is used once. */
  open(room) {
    this.room = room.id;
    this.over = false;
    this.tries = 0;
    this.connect(room.ticket);
  }

  get connected() {
    return this.socket?.readyState === WebSocket.OPEN && this.greeted;
  }

  /** The way to the server and back without the look at the picture. */
  get wayMs() {
    return this.ways.length ? Math.min(...this.ways) : 0;
  }

  /**
   * So much before the server is free a picture may arrive: the camera gives none just in time, and
   * where one is left out because it came a little early, the server waits for the next one.
   */
  get earlyMs() {
    const { camera_fps: fps } = this.stats;
    return fps > 0 ? QUARTER / fps : EARLY_MS;
  }

  /**
   * From when on a picture that is begun finds the server free when it arrives. A second one
   * leaves just in time for the end of the first: the server never waits, and no picture grows
   * old in a queue, however slow the server is.
   */
  nextMs() {
    if (!this.connected || this.flying.size >= MOST_IN_FLIGHT) return Infinity;
    if (this.flying.size === 0) return 0;
    return this.freeMs - this.earlyMs - this.wayMs - this.stats.encode_ms;
  }

  /** Send one picture that was captured and shown then, in milliseconds of performance.now. */
  picture(jpeg, capturedMs, shownMs) {
    if (!this.connected || this.flying.size >= MOST_IN_FLIGHT) return;
    const number = (this.number += 1);
    const message = new Uint8Array(HEAD_BYTES + jpeg.byteLength);
    const head = new DataView(message.buffer);
    head.setUint32(0, number, true);
    head.setFloat64(4, capturedMs, true);
    message.set(new Uint8Array(jpeg), HEAD_BYTES);
    this.socket.send(message);
    const now = performance.now();
    if (this.flying.size === 0) this.silentSince = now;
    this.freeMs = Math.max(now + this.wayMs, this.freeMs) + this.lookMs;
    this.flying.set(number, { shownMs, sentMs: now });
    this.stats.sent += 1;
    this.paced();
  }

  /** Say something; what must arrive is kept until there is a line again. */
  say(message, keep = false) {
    const text = JSON.stringify(message);
    if (this.connected) this.socket.send(text);
    else if (keep) this.waiting.push(text);
  }

  /** Let go for good. */
  close() {
    this.over = true;
    this.waiting = [];
    clearTimeout(this.retry);
    this.drop();
  }

  connect(ticket) {
    this.changed("connecting");
    this.drop();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live/socket`);
    this.socket = socket;
    this.greeted = false;
    const begun = performance.now();
    this.spokeMs = begun;
    socket.addEventListener("open", () => {
      if (socket !== this.socket) return;
      socket.send(JSON.stringify({ do: "hello", ticket }));
      this.greeted = true;
      this.flying.clear();
      this.spokeMs = performance.now();
      for (const text of this.waiting.splice(0)) socket.send(text);
      this.stats.connections += 1;
      this.paced();
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.take(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost(event.code);
    });
    this.beat = setInterval(() => this.watch(), PING_EVERY_MS);
  }

  take(message) {
    const now = performance.now();
    this.spokeMs = now;
    if ("pong" in message) return;
    if (this.tries !== 0 || !this.live) {
      this.tries = 0;
      this.live = true;
      this.changed("live");
    }
    let answered = null;
    if (message.f) {
      answered = this.flying.get(message.f.n) ?? null;
      for (const number of [...this.flying.keys()]) {
        if (number <= message.f.n) this.flying.delete(number);
      }
      this.silentSince = now;
      this.stats.answered += 1;
      this.answers.push(now);
      while (this.answers[0] < now - 2000) this.answers.shift();
      this.stats.fps = this.answers.length / 2;
      if (answered) {
        // without the time that it waited there: whoever came early would come ever earlier
        this.ways.push(Math.max(0, now - answered.sentMs - message.f.ms - (message.f.wait ?? 0)));
        if (this.ways.length > KNOWN) this.ways.shift();
        this.lookMs += 0.2 * (message.f.ms - this.lookMs);
        this.freeMs = this.flying.size ? now + this.lookMs : now;
        this.paced();
        keep(this.stats.round_trip_ms, now - answered.sentMs);
      }
    }
    this.heard(message, answered?.shownMs ?? null);
    if (answered) keep(this.stats.latency_ms, performance.now() - answered.shownMs);
  }

  watch() {
    const now = performance.now();
    const stuck = this.flying.size > 0 && now - this.silentSince > SILENT_MS;
    if (stuck || now - this.spokeMs > MUTE_MS) {
      this.lost(stuck ? UNANSWERED : MUTE);
      return;
    }
    this.pings = (this.pings ?? 0) + 1;
    this.say({ do: "ping", n: this.pings });
  }

  lost(code) {
    this.drop();
    this.live = false;
    if (this.over) return;
    if (code === MOVED) {
      this.over = true;
      this.changed("moved");
      return;
    }
    if (code === REFUSED) this.stats.refused_connections += 1;
    keep(this.stats.losses, code);
    this.changed("away");
    const wait = BACK_OFF_MS[Math.min(this.tries, BACK_OFF_MS.length - 1)];
    this.tries += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.again(), wait);
  }

  /** The network is back: do not wait out the back-off. */
  hurry() {
    if (this.over || this.connected || !this.tries) return;
    clearTimeout(this.retry);
    this.again();
  }

  async again() {
    if (this.over) return;
    const { status, body } = await ask("POST", "/live/ticket", { room: this.room });
    if (this.over) return;
    if (status === 200) this.connect(body.ticket);
    else if (status === 403 || status === 401) {
      this.over = true;
      this.changed("gone");
    } else this.lost(0);
  }

  drop() {
    clearInterval(this.beat);
    this.flying.clear();
    const socket = this.socket;
    this.socket = null;
    this.paced();
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close();
  }
}

/** Keep the newest of many figures. */
export function keep(list, value) {
  list.push(Math.round(value * 10) / 10);
  if (list.length > LATENCIES) list.shift();
}
