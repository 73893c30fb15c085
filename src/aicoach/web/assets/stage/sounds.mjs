// Short tones beside the words, between 500 and 1500 Hz, which hearing keeps longest.

const TONES = {
  // frequency in Hz, begin and length in seconds, strength
  count: [[880, 0, 0.09, 0.5]],
  good: [[659, 0, 0.12, 0.45], [988, 0.13, 0.2, 0.45]],
  warn: [[740, 0, 0.14, 0.6], [740, 0.22, 0.14, 0.6]],
  stop: [[784, 0, 0.2, 0.8], [587, 0.24, 0.2, 0.8], [784, 0.48, 0.2, 0.8], [587, 0.72, 0.3, 0.8]],
};
const SOFT_S = 0.012;

/** Tones, and the one audio output of the page. Nothing sounds before `unlock`, in a click. */
export function makeSounds() {
  let context = null;
  let output = null;
  let volume = 1;
  let played = 0;

  function open() {
    if (context || !globalThis.AudioContext) return;
    try {
      context = new AudioContext();
    } catch {
      return; // no sound card: captions stay
    }
    output = context.createGain();
    output.gain.value = volume;
    output.connect(context.destination);
  }

  return {
    /** To be called in a click or a key press: browsers allow sound from then on. */
    unlock() {
      open();
      if (context?.state === "suspended") context.resume().catch(() => {});
    },
    play(name) {
      if (context?.state !== "running" || !TONES[name]) return false;
      for (const [hz, from_s, for_s, strength] of TONES[name]) {
        const begin = context.currentTime + from_s;
        const tone = context.createOscillator();
        const shape = context.createGain();
        tone.frequency.value = hz;
        shape.gain.setValueAtTime(0, begin);
        shape.gain.linearRampToValueAtTime(strength, begin + SOFT_S);
        shape.gain.setValueAtTime(strength, begin + for_s - SOFT_S);
        shape.gain.linearRampToValueAtTime(0, begin + for_s);
        tone.connect(shape).connect(output);
        tone.start(begin);
        tone.stop(begin + for_s);
      }
      played += 1;
      return true;
    },
    setVolume(share) {
      if (Number.isFinite(share)) volume = Math.min(Math.max(share, 0), 1);
      if (output) output.gain.setTargetAtTime(volume, context.currentTime, 0.01);
    },
    /** For clips of the voice: the context and where to connect; null before `unlock`. */
    output() {
      return context?.state === "running" ? { context, output } : null;
    },
    describe() {
      return { unlocked: context?.state === "running", volume, played };
    },
  };
}
