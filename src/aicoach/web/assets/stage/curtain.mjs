// The stage covers its page while a session is on, and the screen does not go dark.

import { cover } from "../common/frames.mjs";

export class Curtain {
  constructor(host, section) {
    Object.assign(this, { host, section });
  }

  get closed() {
    return this.section.hidden;
  }

  open() {
    this.section.hidden = false;
    this.host.classList.add("on");
    document.documentElement.style.setProperty("overflow", "hidden");
    cover(true);
    this.stayLight();
  }

  close() {
    this.section.hidden = true;
    this.host.classList.remove("on");
    document.documentElement.style.removeProperty("overflow");
    cover(false);
    this.wakeLock?.release().catch(() => {});
    this.wakeLock = null;
  }

  async stayLight() {
    try {
      this.wakeLock = await navigator.wakeLock?.request("screen");
    } catch {
      // the screen may go dark: a kiosk is set up not to
    }
  }
}
