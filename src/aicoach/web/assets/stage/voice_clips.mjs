// The pre-rendered voice: small clips in one pack per language, found by what is said.
// A sentence without a clip of its own is joined from clips; one that cannot be is not said.

import { stretched } from "./stretch.mjs";

const GAP_S = 0.06; // between the clips of a sentence
const FAINT = 0.004;
const REMEMBERED = 80; // decoded clips

/** A text as clips are found by. The same as `said` of web/voice_vocabulary.py. */
export function said(text, language) {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}']/gu, " ")
    .split(/\s+/)
    .filter(Boolean);
  return words.join(language === "zh" ? "" : " ");
}

/** The fewest clips that say all of a text, in order; null: it cannot be said. */
export function joined(text, language, clips) {
  if (/\d[.,:]\d/.test(text)) return null; // no clip says a decimal or a time
  const whole = said(text, language);
  if (Object.hasOwn(clips, whole)) return [whole];
  const units = language === "zh" ? whole.match(/\d+|[^\d]/g) ?? [] : whole.split(" ");
  const glue = language === "zh" ? "" : " ";
  const best = [[]];
  for (let end = 1; end <= units.length; end++) {
    best[end] = null;
    for (let from = 0; from < end; from++) {
      if (!best[from] || (best[end] && best[from].length + 1 >= best[end].length)) continue;
      const piece = units.slice(from, end).join(glue);
      if (Object.hasOwn(clips, piece)) best[end] = [...best[from], piece];
    }
  }
  return units.length ? best[units.length] : null;
}

export function makeClipVoice({ base, sounds }) {
  const packs = new Map(); // language -> promise of {index, parts}
  const decoded = new Map();
  let current = null;

  function pack(language) {
    if (!packs.has(language)) {
      const asked = load(language);
      asked.catch(() => packs.delete(language)); // ask again next time
      packs.set(language, asked);
    }
    return packs.get(language);
  }

  async function load(language) {
    const answer = await fetch(`${base}/${language}.json`);
    if (!answer.ok) throw new Error(`voice ${language}: ${answer.status}`);
    const index = await answer.json();
    const found = { index, parts: [] };
    await fetchPart(found, language, 0, index.first);
    return found;
  }

  /** Fetch some bytes of the pack; a server that sends all of it is welcome too. */
  async function fetchPart(found, language, from, length) {
    const range = { Range: `bytes=${from}-${from + length - 1}` };
    const answer = await fetch(`${base}/${language}.pack`, { headers: range });
    if (!answer.ok) throw new Error(`voice ${language}: ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    found.parts.push({ from: answer.status === 206 ? from : 0, bytes });
  }

  async function sound(found, language, key, context) {
    const name = `${language} ${key}`;
    if (decoded.has(name)) return decoded.get(name);
    const [from, length] = found.index.clips[key];
    const holds = (part) => part.from <= from && from + length <= part.from + part.bytes.byteLength;
    if (!found.parts.some(holds)) await fetchPart(found, language, from, length);
    const part = found.parts.find(holds);
    if (!part) throw new Error(`voice ${language}: the pack is shorter than its index`);
    const start = from - part.from;
    const buffer = await context.decodeAudioData(part.bytes.slice(start, start + length));
    const samples = withoutSilence(buffer.getChannelData(0));
    const result = { samples, rate_hz: buffer.sampleRate };
    if (decoded.size >= REMEMBERED) decoded.delete(decoded.keys().next().value);
    decoded.set(name, result);
    return result;
  }

  return {
    /** Begin to fetch what may be needed at once. */
    prepare: (language) => pack(language).then(() => true, () => false),
    can: () => sounds.output() !== null,
    /** Resolves to "said", "cut", or "failed" when it cannot be said. */
    async speak(text, language, { rate }) {
      const out = sounds.output();
      if (!out) return "failed";
      const mine = { sources: [], over: null };
      current = mine;
      try {
        const found = await pack(language);
        const keys = joined(text, language, found.index.clips);
        if (!keys) return "failed";
        const clips = [];
        for (const key of keys) clips.push(await sound(found, language, key, out.context));
        if (current !== mine) return "cut";
        return await play(mine, clips, out, rate);
      } catch {
        return "failed"; // offline, or not decodable: the caption stays
      } finally {
        if (current === mine) current = null;
      }
    },
    hush() {
      const mine = current;
      current = null;
      if (!mine) return;
      for (const source of mine.sources) source.stop();
      mine.over?.("cut");
    },
  };

  function play(mine, clips, { context, output }, rate) {
    return new Promise((resolve) => {
      mine.over = resolve;
      let at_s = context.currentTime + 0.01;
      for (const { samples, rate_hz } of clips) {
        const paced = stretched(samples, rate_hz, rate);
        const buffer = context.createBuffer(1, paced.length, rate_hz);
        buffer.copyToChannel(paced, 0);
        const source = context.createBufferSource();
        source.buffer = buffer;
        source.connect(output); // which has the volume
        source.start(at_s);
        mine.sources.push(source);
        at_s += buffer.duration + GAP_S / rate;
      }
      mine.sources.at(-1).onended = () => resolve("said");
    });
  }
}

/** Decoders add silence around a clip, each its own. */
function withoutSilence(samples) {
  let from = 0;
  let to = samples.length;
  while (from < to && Math.abs(samples[from]) < FAINT) from++;
  while (to > from && Math.abs(samples[to - 1]) < FAINT) to--;
  return to > from ? samples.slice(from, to) : samples;
}
