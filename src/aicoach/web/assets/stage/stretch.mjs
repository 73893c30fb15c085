// Speech slower or faster at the same pitch: overlapping grains, each taken from where the
// sound continues best (WSOLA).

const GRAIN_S = 0.04;
const SEARCH_S = 0.012;

export function stretched(samples, rate_hz, rate) {
  if (Math.abs(rate - 1) < 0.02) return samples;
  const hop = Math.round((GRAIN_S * rate_hz) / 2);
  const search = Math.round(SEARCH_S * rate_hz);
  const grain = 2 * hop;
  if (samples.length < 2 * grain) return samples;
  const window = Float32Array.from(
    { length: grain },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / grain),
  );
  const out = new Float32Array(Math.ceil(samples.length / rate) + grain);
  let natural = 0; // where the grain before would go on
  let end = 0;
  for (let to = 0; Math.round(to * rate) + grain + search < samples.length; to += hop) {
    const from = to === 0 ? 0 : likeliest(samples, natural, Math.round(to * rate), search, hop);
    for (let i = 0; i < grain; i++) {
      out[to + i] += samples[from + i] * (to === 0 && i < hop ? 1 : window[i]);
    }
    natural = from + hop;
    end = to + grain;
  }
  return out.subarray(0, end);
}

/** The place near `wanted` that sounds most like what would come at `natural`. */
function likeliest(samples, natural, wanted, search, length) {
  let best = wanted;
  let most = -Infinity;
  const first = Math.max(0, wanted - search);
  const last = Math.min(samples.length - 2 * length, wanted + search);
  for (let at = first; at <= last; at += 4) {
    let alike = 0;
    for (let i = 0; i < length; i += 4) alike += samples[at + i] * samples[natural + i];
    if (alike > most) [best, most] = [at, alike];
  }
  return best;
}
