// A clip of one's own: choose it, watch it being looked at, read what was found. Never kept.

const EVERY_MS = 1000;

const el = (tag, more = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(more)) {
    if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
};

/**
 * Show the panel in an element; `language`: "zh" or "en"; `titled`: false where the page has said
 * what it is. Returns {setLanguage, close}.
 */
export async function mount(element, { version, language = "en", titled = true }) {
  const panel = new Panel(element, version, titled);
  await panel.speak(language);
  return { setLanguage: (one) => panel.speak(one), close: () => panel.forget() };
}

class Panel {
  constructor(element, version, titled) {
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    Object.assign(this, { version, titled });
    this.state = { name: "idle" };
    this.exercise = "auto";
    this.body = el("section", { className: "clip" });
    root.replaceChildren(el("link", { rel: "stylesheet", href: `/assets/${version}/clip/clip.css` }), this.body);
    addEventListener("pagehide", () => this.forget());
  }

  async speak(language) {
    if (language === this.language) return;
    this.language = language;
    const get = async (path) => (await fetch(path)).json();
    const [words, exercises, cues] = await Promise.all([
      get(`/words/${this.version}/${language}.json`), get(`/exercises/${this.version}.json`),
      get(`/words/${this.version}/cues/${language}.json`),
    ]);
    Object.assign(this, { words, exercises, cues });
    this.body.lang = language;
    this.draw();
  }

  word(key, places = {}) {
    const text = this.words[`clip.${key}`] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => places[name] ?? "");
  }

  title() {
    return this.titled ? el("h2", {}, this.word("title")) : null;
  }

  number(value, digits = 0) {
    return new Intl.NumberFormat(this.language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }

  set(state) {
    this.state = state;
    this.draw();
  }

  draw() {
    const shown = { idle: () => this.choose(), sending: () => this.busy(), working: () => this.busy(), done: () => this.found(), problem: () => this.choose() };
    this.body.replaceChildren(...shown[this.state.name]());
  }

  choose() {
    const names = Object.entries(this.exercises).map(([id, one]) => [id, one[this.language]]);
    names.sort((a, b) => a[1].localeCompare(b[1], this.language));
    const which = el("select", { id: "exercise", onchange: () => { this.exercise = which.value; } },
      el("option", { value: "auto" }, this.word("find_out")),
      ...names.map(([id, name]) => el("option", { value: id }, name)));
    which.value = this.exercise;
    const file = el("input", { id: "file", type: "file", accept: "video/mp4,video/webm,video/quicktime,video/x-msvideo,.mp4,.webm,.mov,.avi", onchange: () => file.files[0] && this.send(file.files[0]) });
    file.setAttribute("data-test", "clip-file");
    const problem = this.state.name === "problem"
      ? el("p", { className: "problem", role: "alert" }, this.word(`problem.${this.state.problem}`)) : null;
    return [
      this.title(), el("p", {}, this.word("text")), problem,
      el("label", { htmlFor: "exercise" }, this.word("exercise")), which,
      el("label", { htmlFor: "file", className: "button" }, this.word("choose")), file,
      el("p", { className: "quiet" }, this.word("promise")),
    ].filter(Boolean);
  }

  busy() {
    const { share, place, name } = this.state;
    const bar = el("progress", { max: 1 });
    if (share !== null && share !== undefined) bar.value = share;
    bar.setAttribute("aria-label", this.word(name));
    const said = place > 0 ? this.word("place", { place }) : this.word(name);
    return [
      this.title(), el("p", { role: "status" }, said), bar,
      el("button", { type: "button", onclick: () => { this.forget(); this.set({ name: "idle" }); } }, this.word("cancel")),
    ].filter(Boolean);
  }

  found() {
    const { report, pictures } = this.state.found;
    const name = report.names ? report.names[this.language] : this.word("unknown");
    const head = report.kind === "hold" ? this.word("held", { seconds: this.number(report.held_s), name })
      : this.word("counted", { count: this.number(report.count), name });
    const strip = el("ol", { className: "strip" }, ...pictures.map((one) => el("li", {},
      el("img", { src: `data:image/jpeg;base64,${one.jpeg}`, alt: this.word("picture", { n: one.n }) }),
      el("span", {}, this.number(one.n)))));
    const rows = report.repetitions.map((one) => this.row(one));
    const table = rows.length ? el("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: this.word("table") }, el("table", {}, el("thead", {}, el("tr", {},
      ...["n", "lasted", "range", "score", "hint"].map((key) => el("th", { scope: "col" }, this.word(`column.${key}`))))),
    el("tbody", {}, ...rows))) : null;
    const heading = el("h2", { tabIndex: -1 }, head);
    heading.setAttribute("data-test", "clip-result");
    queueMicrotask(() => heading.focus());
    return [
      heading, rows.length || report.holds.length ? null : el("p", {}, this.word("nothing")),
      pictures.length ? strip : null, table,
      el("p", { className: "quiet" }, this.word("gone")),
      el("button", { type: "button", onclick: () => this.set({ name: "idle" }) }, this.word("another")),
    ].filter(Boolean);
  }

  row(one) {
    const cues = [...new Set(one.faults.map((fault) => this.cues[fault.cue] ?? fault.cue))];
    const degrees = one.range_deg === null ? "–" : `${this.number(one.range_deg)}°`;
    const cells = [`${this.number(one.end_s - one.start_s, 1)} ${this.word("seconds")}`, degrees,
      one.score === null ? "–" : this.number(one.score), cues.join(this.language === "zh" ? "；" : "; ") || this.word("good")];
    return el("tr", {}, el("th", { scope: "row" }, this.number(one.index)), ...cells.map((text) => el("td", {}, text)));
  }

  send(file) {
    this.forget();
    this.set({ name: "sending", share: 0 });
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", `/clips?exercise=${encodeURIComponent(this.exercise)}`);
    request.responseType = "json";
    request.upload.onprogress = (sent) => this.request === request && sent.lengthComputable && this.set({ name: "sending", share: sent.loaded / sent.total });
    request.onload = () => {
      if (this.request !== request) return;
      if (request.status === 200) this.follow(request.response.clip);
      else this.set({ name: "problem", problem: this.known(request.response?.problem) });
    };
    request.onerror = () => this.request === request && this.set({ name: "problem", problem: "failed" });
    request.send(file);
  }

  known(problem) {
    return `clip.problem.${problem}` in this.words ? problem : "failed";
  }

  async follow(clip) {
    this.clip = clip;
    while (this.clip === clip) {
      const answer = await fetch(`/clips/one?clip=${clip}`).catch(() => null);
      const told = answer?.ok ? await answer.json() : null;
      if (this.clip !== clip) return;
      if (told?.state === "done") return this.set({ name: "done", found: told.found });
      if (answer && (!told || ["problem", "dropped"].includes(told.state))) {
        return this.set({ name: "problem", problem: this.known(told?.problem) });
      }
      if (told) this.set({ name: "working", share: told.done, place: told.state === "waiting" ? told.place : 0 });
      await new Promise((go) => setTimeout(go, EVERY_MS));
    }
  }

  /** Nothing of a clip stays on the server. */
  forget() {
    this.request?.abort();
    if (this.clip) {
      fetch("/clips/drop", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ clip: this.clip }) }).catch(() => 0);
    }
    this.request = this.clip = null;
  }
}
