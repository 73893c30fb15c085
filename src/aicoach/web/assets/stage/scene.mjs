// Which scene is on, and what fills it. Nothing is shown here.

import { listed } from "./checklist.mjs";
import { longList } from "./questions.mjs";

const AWAY_SHOWN_MS = 900; // a short loss of the line is not worth a message
const CAMERA_MESSAGES = new Set(["denied", "absent", "in_use", "unplugged", "insecure"]);

/**
 * `{layout}`, with `message` or `question` where the layout shows one.
 *
 * `problem` is the camera's, `oneByOne` whether the questions of the day are asked singly, `does`
 * what the buttons of a message do: `back`, `takeOver`, `openCamera`.
 */
export function sceneOf(session, { words, page, problem, oneByOne, now, does }) {
  const { view, line, notice, room } = session;
  const say = (key, shape, actions = [], more = {}) => ({ layout: "message", message: { key: `stage.message.${key}`, shape, actions, ...more } });
  const back = { name: "back", word: "stage.back", shape: "cross", press: does.back };
  const again = (press, word = "stage.again") => ({ name: "retry", word, shape: "repeat", main: true, press });
  const here = again(does.takeOver, "stage.here");
  if (view.emergency && !view.ended && !view.question && ["stopped", "summary"].includes(view.screen)) return say("emergency", "stop");
  if (view.ended || view.screen === "summary") return { layout: "summary" };
  if (line === "moved") return say("moved", "info", [here, back]);
  if (line === "gone") return say("gone", "info", [back]);
  if (notice?.said) {
    const { title, text } = notice.said;
    return say("refused", "info", notice.kind === "elsewhere" ? [here, back] : [back], { title: words.of(title), text: words.of(text) });
  }
  if (session.stopping) return say("stopping", "stop");
  if (notice) return say(notice.kind, "info", [back], { places: { seconds: Math.max(1, Math.ceil((notice.until - now) / 1000)) } });
  if (CAMERA_MESSAGES.has(problem)) {
    const key = page === "cabin" && words.has(`stage.message.cabin_${problem}.title`) ? `cabin_${problem}` : problem;
    return say(key, "camera", problem === "insecure" ? [back] : [again(does.openCamera), ...(room ? [] : [back])]);
  }
  if (line === "away" && now - session.awaySince > AWAY_SHOWN_MS) return say("away", "info");
  if (line !== "live" && view.screen === undefined) return say("connecting", "dot");
  if (session.paused) return { layout: "paused" };
  if (view.question) {
    const question = (!oneByOne && listed(view, words)) || view.question;
    return { layout: longList(question) ? "list" : "ask", question };
  }
  if (view.screen === "stopped") return say("stopped", "stop");
  if (view.screen === "camera_setup") return { layout: "setup" };
  if (view.screen === "strap") return { layout: "strap" };
  if (view.screen === "rest") return { layout: "rest" };
  if (view.set > 0) return { layout: "set" };
  if (view.screen === "countdown") return { layout: "countdown" };
  if (view.exercise) return { layout: "show" };
  return { layout: "talk" };
}
