// One voice for the coach: the computer's own, else clips, else a short tone. Captions always.

import { makeSounds } from "./sounds.mjs";
import { makeClipVoice } from "./voice_clips.mjs";
import { makeSystemVoice } from "./voice_system.mjs";

// session_events.CuePriority
const COUNT = 2;
const MAJOR = 6;
const SAFETY = 8;
const RATES = [0.7, 1.3];
const LATE_MS = 1000; // beyond the time it was planned for, a cue that waits is old news

/** The tone for a cue that no voice can say; praise and hints are in the caption. */
function toneOf(priority) {
  if (priority >= SAFETY) return "stop";
  if (priority >= MAJOR) return "warn";
  return priority === COUNT ? "count" : null;
}

/**
 * @param {{version: string, language: "zh"|"en", sounds?: object, system?: object}} options
 */
export function makeVoice({ version, language, sounds = makeSounds(), system = makeSystemVoice() }) {
  const clips = makeClipVoice({ base: `/assets/${version}/voice`, sounds });
  const counted = { system: 0, clips: 0, beep: 0, silent: 0 };
  let volume = 1;
  let rate = 1;
  let unlocked = false;
  let now = null; // the cue that is being said
  let next = null; // at most one waits

  function prepare() {
    if (unlocked && !system.can(language)) clips.prepare(language);
  }

  async function speak(cue) {
    now = cue;
    const spoken = cue.lang ?? language;
    const way = { volume, rate };
    let how = "failed";
    let by = "system";
    if (system.can(spoken)) how = await system.speak(cue.text, spoken, way);
    if (how === "failed" && now === cue) {
      by = "clips";
      if (clips.can()) how = await clips.speak(cue.text, spoken, way);
    }
    if (now !== cue) return; // hushed meanwhile; another may be speaking
    if (how === "failed") {
      const tone = toneOf(cue.prio);
      by = tone && sounds.play(tone) ? "beep" : "silent";
    }
    counted[by] += 1;
    now = null;
    const waits = next;
    next = null;
    if (waits && (waits.cue.prio >= SAFETY || performance.now() <= waits.until_ms)) {
      speak(waits.cue);
    }
  }

  function hush() {
    next = null;
    now = null;
    system.hush();
    clips.hush();
  }

  // Voices of the system may arrive late.
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", prepare);

  return {
    /** To be called in a click or a key press. */
    unlock() {
      sounds.unlock();
      if (!unlocked) system.unlock();
      unlocked = true;
      prepare();
    },
    /** Say a cue now, or when the one before is over; what `cuts` and safety do not wait. */
    say(cue) {
      if (!cue.spoken) return;
      if (cue.cuts || cue.prio >= SAFETY) hush();
      if (!now) {
        speak(cue);
        return;
      }
      const time = performance.now();
      if (!next || cue.prio >= next.cue.prio || time > next.until_ms) {
        next = { cue, until_ms: time + 1000 * (cue.for_s ?? 0) + LATE_MS };
      }
    },
    hush,
    setVolume(share) {
      if (!Number.isFinite(share)) return;
      volume = Math.min(Math.max(share, 0), 1);
      sounds.setVolume(volume);
    },
    /** 1 is the coach's own pace, which suits older adults. */
    setRate(times) {
      if (Number.isFinite(times)) rate = Math.min(Math.max(times, RATES[0]), RATES[1]);
    },
    setLanguage(name) {
      if (name !== "zh" && name !== "en") return;
      language = name;
      prepare();
    },
    describe() {
      const own = system.name(language);
      const can = clips.can();
      return {
        way: own ? "system" : can ? "clips" : "none",
        name: own,
        language,
        unlocked: sounds.describe().unlocked,
        speaking: now ? now.text : null,
        waiting: next ? next.cue.text : null,
        said: { ...counted },
      };
    },
  };
}
