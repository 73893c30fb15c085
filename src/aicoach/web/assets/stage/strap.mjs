// A heart-rate strap by Web Bluetooth: found in a click, followed when it was lost.

const BACK_OFF_MS = [1000, 2000, 5000, 10000];
const HEART_RATE = "heart_rate";

/** Packets are passed on as they come; the server reads and judges them. */
export class Strap {
  constructor({ say, changed }) {
    this.say = say;
    this.changed = changed;
    this.state = "idle";
    this.tries = 0;
  }

  static get possible() {
    return Boolean(navigator.bluetooth?.requestDevice);
  }

  /** Let the resident choose a strap; must be called in a click. */
  async connect() {
    if (!Strap.possible) return false;
    try {
      this.device = await navigator.bluetooth.requestDevice({ filters: [{ services: [HEART_RATE] }] });
    } catch {
      this.tell("idle"); // the choice was closed
      return false;
    }
    this.wanted = true;
    this.device.addEventListener("gattserverdisconnected", () => this.lost());
    return this.follow();
  }

  /** Let go of it. */
  close() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.device?.gatt?.disconnect();
    this.device = null;
    this.state = "idle";
  }

  async follow() {
    this.tell("connecting");
    try {
      const server = await this.device.gatt.connect();
      const service = await server.getPrimaryService(HEART_RATE);
      this.location = await worn(service);
      const measured = await service.getCharacteristic("heart_rate_measurement");
      measured.addEventListener("characteristicvaluechanged", (event) => this.packet(event.target.value));
      await measured.startNotifications();
    } catch {
      this.lost();
      return false;
    }
    this.tries = 0;
    this.tell("connected");
    return true;
  }

  packet(value) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const message = { type: "heart_rate", version: 1, sent_ms: performance.now(), packet: btoa(String.fromCharCode(...bytes)) };
    if (this.location !== null) message.location = this.location;
    this.say(message);
  }

  lost() {
    if (!this.wanted) return;
    if (this.state === "connected") this.tell("lost");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wanted && this.follow(), BACK_OFF_MS[Math.min(this.tries, BACK_OFF_MS.length - 1)]);
    this.tries += 1;
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    if (state !== "idle") {
      const detail = (this.device?.name ?? "").slice(0, 120);
      this.say({ type: "heart_rate_link", version: 1, sent_ms: performance.now(), state, detail });
    }
    this.changed(state);
  }
}

async function worn(service) {
  try {
    const where = await service.getCharacteristic("body_sensor_location");
    return (await where.readValue()).getUint8(0);
  } catch {
    return null; // most sensors tell, some do not
  }
}
