// How loud, how fast and how large: sound, voice and text as the resident likes them.

const TEXT_SIZES = [1, 1.25, 1.5];
const between = (low, high, value) => Math.min(high, Math.max(low, value));
const tenths = (value) => Math.round(10 * value) / 10;

/** `resized(size)` hears a new size of the text, `changed()` everything else. */
export class Comfort {
  constructor({ resized, changed }) {
    Object.assign(this, { resized, changed });
    this.volume = 1;
    this.rate = 1;
    this.textSize = 1;
    this.voice = this.sounds = null;
  }

  get values() {
    return { volume: this.volume, rate: this.rate, text: this.textSize };
  }

  /** Voice and sounds came; each may be missing. */
  give({ voice, sounds }) {
    this.voice = voice;
    this.sounds = sounds;
    this.apply();
  }

  setTextSize(size) {
    this.textSize = between(1, 1.5, size);
    this.resized(this.textSize);
  }

  setSound(wanted) {
    Object.assign(this, wanted);
    this.apply();
    this.changed();
  }

  toggle() {
    this.unlock();
    this.setSound({ volume: this.volume > 0 ? 0 : (this.lastVolume ?? 1) });
  }

  apply() {
    const { volume, rate } = this;
    if (volume > 0) this.lastVolume = volume;
    this.voice?.setVolume(volume);
    this.voice?.setRate(rate);
    this.sounds?.setVolume(volume);
    if (volume === 0) this.voice?.hush();
  }

  /** One step up or down. */
  change(name, step) {
    if (name === "volume") this.setSound({ volume: between(0, 1, tenths(this.volume + 0.2 * step)) });
    else if (name === "rate") this.setSound({ rate: between(0.7, 1.3, tenths(this.rate + 0.1 * step)) });
    else {
      this.setTextSize(TEXT_SIZES[between(0, 2, TEXT_SIZES.indexOf(this.textSize) + step)] ?? 1);
      this.changed();
    }
  }

  say(cue) {
    this.voice?.say(cue);
  }

  hush() {
    this.voice?.hush();
  }

  tone(name) {
    if (this.volume > 0) this.sounds?.play(name);
  }

  /** Browsers let nothing be heard before a touch. */
  unlock() {
    this.voice?.unlock();
    this.sounds?.unlock();
  }
}
