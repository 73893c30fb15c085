// The computer's own speech, where it has a voice for the language that stays on the computer.

const PATIENCE_MS = 1800; // a voice that has not begun by then will not
const BASE_RATE = { zh: 0.85, en: 0.95 }; // to the pace of the coach: 3.5 characters, 170 words
const DIALECTS = {
  zh: [/^zh[-_]cn|^zh[-_]hans|^cmn/i, /^zh$/i, /^zh[-_]sg/i, /^zh[-_]tw/i],
  en: [/^en[-_]gb/i, /^en[-_]us/i, /^en/i],
};
const BETTER = [/natural|neural/i, /premium/i, /enhanced/i, /siri/i];
const WORSE = /espeak|compact|novelty|eloquence|hk|cantonese|yue/i;

/** The best voice of a language that does not send what it reads anywhere; null: none. */
export function bestVoice(voices, language) {
  let best = null;
  let most = -Infinity;
  for (const voice of voices) {
    if (!voice.localService) continue;
    const dialect = DIALECTS[language].findIndex((form) => form.test(voice.lang));
    if (dialect < 0) continue;
    const quality = BETTER.findIndex((name) => name.test(voice.name));
    const score =
      (quality < 0 ? 0 : 40 - 5 * quality) -
      4 * dialect +
      (voice.default ? 2 : 0) -
      (WORSE.test(voice.name) ? 50 : 0);
    if (score > most) [best, most] = [voice, score];
  }
  return best;
}

export function makeSystemVoice(speech = globalThis.speechSynthesis) {
  let current = null; // kept: an utterance without an owner may lose its events
  const failed = new Set();

  function voiceOf(language) {
    if (!speech || failed.has(language)) return null;
    return bestVoice(speech.getVoices(), language);
  }

  return {
    /** Some browsers speak only after they spoke in a click once. */
    unlock() {
      if (!speech) return;
      const nothing = new SpeechSynthesisUtterance(" ");
      nothing.volume = 0;
      speech.speak(nothing);
    },
    name: (language) => voiceOf(language)?.name ?? null,
    can: (language) => voiceOf(language) !== null,
    /** Resolves to "said", "cut", or "failed" when nothing was heard. */
    speak(text, language, { volume, rate }) {
      return new Promise((resolve) => {
        const said = new SpeechSynthesisUtterance(text);
        said.voice = voiceOf(language);
        said.lang = said.voice.lang;
        said.volume = volume;
        said.rate = BASE_RATE[language] * rate;
        let begun = false;
        const over = (how) => {
          clearTimeout(waiting);
          if (current?.said === said) current = null;
          resolve(how);
        };
        const waiting = setTimeout(() => {
          if (begun) return;
          failed.add(language);
          speech.cancel();
          over("failed");
        }, PATIENCE_MS);
        said.onstart = () => {
          begun = true;
        };
        said.onend = () => over(begun ? "said" : "failed");
        said.onerror = (event) => {
          const cut = event.error === "interrupted" || event.error === "canceled";
          if (!cut && !begun) failed.add(language);
          over(cut || begun ? "cut" : "failed");
        };
        current = { said, over };
        if (speech.paused) speech.resume();
        speech.speak(said);
      });
    },
    hush() {
      if (!current) return;
      const { over } = current;
      current = null;
      speech.cancel();
      over("cut");
    },
  };
}
