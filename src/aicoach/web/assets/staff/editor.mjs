// The plan editor: a form made from the plan's own model, checked by the server while one types.
import { entry, fold, make, mark, valueOf } from "./editor_fields.mjs";
import { PlanDocument } from "./plan_document.mjs";

const WAIT_MS = 350;
const MAIN = 10; // fields of an exercise that are always in sight

export function mountEditor(root, { ask, words, go, say }) {
  const given = JSON.parse(root.dataset.editor);
  const form = root.querySelector("[data-form]"), page = root.parentElement;
  const state = page.querySelector("[data-state]"), checked = root.querySelector("[data-checked]");
  const explained = root.querySelector("[data-explained]"), quarrel = root.querySelector("[data-conflict]");
  const save = root.querySelector("[data-save]"), sign = page.querySelector("[data-sign]");
  const doc = new PlanDocument(given.document), get = (path) => doc.get(path), set = (path, value) => doc.set(path, value);
  let known = given.known, row = given.saved, changed = false, asked = 0, timer = 0;
  let verdicts = {};

  function build() {
    const open = new Set([...form.querySelectorAll("details[open][data-name]")].map((one) => one.dataset.name));
    const first = !form.firstChild;
    form.textContent = "";
    given.form.sections.forEach((section, i) => {
      const box = fold(section.name, section.title, first ? i < 2 : open.has(section.name));
      const grid = make("div", "fields");
      section.fields.forEach((field) => grid.append(control(field, field.path)));
      box.append(grid);
      form.append(box);
    });
    form.append(limits(first || open.has("joint_limits")));
    for (const [part, title] of Object.entries(given.form.parts)) form.append(exercises(part, title, first ? part === "items" : open.has(part)));
    form.append(asText(open.has("text")));
    whenAll();
  }

  let count = 0;
  function control(field, path) {
    const id = `f${(count += 1)}`, box = make("div", `field ${field.kind}`);
    box.dataset.field = path;
    if (field.when) box.dataset.when = field.path;
    const value = get(path);
    if (field.kind === "many") {
      const set_of = document.createElement("fieldset");
      set_of.append(make("legend", "", field.label));
      for (const [code, name] of field.choices) {
        const label = make("label", "check"), input = document.createElement("input");
        input.type = "checkbox";
        input.checked = (value || []).includes(code);
        input.addEventListener("change", () => {
          const now = new Set(get(path) || []);
          if (input.checked) now.add(code);
          else now.delete(code);
          set(path, now.size ? [...now] : undefined);
          touched();
        });
        label.append(input, " " + name);
        set_of.append(label);
      }
      box.append(set_of);
    } else {
      const label = make("label", "", field.label + (field.unit ? ` (${field.unit})` : ""));
      label.htmlFor = id;
      const input = entry(field, value, verdicts);
      input.id = id;
      input.setAttribute("aria-describedby", `${id}-p`);
      const change = () => { set(path, valueOf(field, input)); touched(); whenAll(); };
      input.addEventListener(input.tagName === "SELECT" || input.type === "checkbox" ? "change" : "input", change);
      if (field.kind === "yes") { label.prepend(input, " "); box.append(label); } else box.append(label, input);
      if (field.low !== undefined) input.title = `${field.low} – ${field.high}`;
      if (field.path === "exercise") input.addEventListener("change", () => chosen(path, input.value));
    }
    const problem = make("p", "wrong-here");
    problem.id = `${id}-p`;
    problem.hidden = true;
    box.append(problem);
    return box;
  }

  function whenAll() {
    const whole = [...given.form.sections.flatMap((one) => one.fields), ...given.form.item];
    for (const box of form.querySelectorAll("[data-when]")) {
      const field = whole.find((one) => one.path === box.dataset.when);
      const prefix = box.dataset.field.slice(0, box.dataset.field.length - field.path.length);
      const filled = get(box.dataset.field) !== undefined;
      box.hidden = !filled && !field.when[1].includes(get(prefix + field.when[0]) ?? "");
    }
  }

  function exercises(part, title, open) {
    const box = fold(part, `${title} (${(doc.plan[part] || []).length})`, open);
    const list = make("ol", "items");
    (doc.plan[part] || []).forEach((item, i) => {
      const at = `${part}.${i + 1}`, li = make("li", "item");
      li.dataset.item = at;
      const head = make("div", "row"), less = [];
      head.append(make("h3", "grow", (words.item || "{number}").replace("{number}", i + 1)));
      for (const [sign_, name, act] of [["↑", words.up, () => swap(part, i, i - 1)], ["↓", words.down, () => swap(part, i, i + 1)],
        ["+", words.copy, () => insert(part, i + 1, structuredClone(item))], ["✕", words.remove, () => { if (confirm(words.remove_sure)) removeItem(part, i); }]]) {
        const button = make("button", "small", sign_);
        button.type = "button";
        button.setAttribute("aria-label", `${name}: ${(words.item || "").replace("{number}", i + 1)}`);
        button.title = name;
        button.addEventListener("click", act);
        head.append(button);
      }
      const notes = make("div", "notes"), grid = make("div", "fields");
      notes.dataset.notes = at;
      given.form.item.forEach((field, n) => {
        if (n < MAIN || get(`${at}.${field.path}`) !== undefined) grid.append(control(field, `${at}.${field.path}`));
        else less.push(field);
      });
      li.append(head, notes, grid);
      if (less.length) {
        const more = document.createElement("details"), inner = make("div", "fields");
        more.dataset.name = `${at}-more`;
        more.append(make("summary", "", words.more));
        less.forEach((field) => inner.append(control(field, `${at}.${field.path}`)));
        more.append(inner);
        li.append(more);
      }
      list.append(li);
    });
    const add = make("button", "", words.add);
    add.type = "button";
    add.addEventListener("click", () => insert(part, (doc.plan[part] || []).length, { exercise: "sit_to_stand", type: "strength", mode: "reps", sets: 1, reps_min: 8, reps_max: 10 }));
    const problem = make("div", "field");
    problem.dataset.field = part;
    const said = make("p", "wrong-here");
    said.hidden = true;
    problem.append(said);
    box.append(list, problem, add);
    return box;
  }

  function limits(open) {
    const box = fold("joint_limits", words.joint_limits, open && (doc.plan.joint_limits || []).length > 0);
    (doc.plan.joint_limits || []).forEach((_, i) => {
      const line = make("div", "fields");
      given.form.limit.forEach((field) => line.append(control(field, `joint_limits.${i + 1}.${field.path}`)));
      const button = make("button", "small", "✕");
      button.type = "button";
      button.setAttribute("aria-label", words.remove);
      button.addEventListener("click", () => { doc.plan.joint_limits.splice(i, 1); if (!doc.plan.joint_limits.length) delete doc.plan.joint_limits; again(); });
      line.append(button);
      box.append(line);
    });
    const problem = make("div", "field"), said = make("p", "wrong-here");
    problem.dataset.field = "joint_limits";
    said.hidden = true;
    problem.append(said);
    const add = make("button", "", words.add_limit);
    add.type = "button";
    add.addEventListener("click", () => { (doc.plan.joint_limits ||= []).push({ joint: "knee_flexion" }); again(); });
    box.append(problem, add);
    return box;
  }

  function asText(open) {
    const box = fold("text", words.as_text, open), area = document.createElement("textarea");
    area.rows = 14;
    area.spellcheck = false;
    area.className = "mono";
    area.setAttribute("aria-label", words.as_text);
    const fill = () => { area.value = JSON.stringify(doc.plan, null, 2); };
    box.addEventListener("toggle", () => { if (box.open) fill(); });
    if (open) fill();
    const take = make("button", "", words.take_text);
    take.type = "button";
    take.addEventListener("click", () => {
      try {
        doc.plan = JSON.parse(area.value);
        again();
      } catch {
        say(words.no_json);
      }
    });
    box.append(area, take);
    return box;
  }

  function chosen(path, exercise) {
    const at = path.replace(/\.exercise$/, ""), item = get(at), mode = given.form.modes[exercise];
    if (mode === "hold" && item.mode !== "hold") {
      delete item.reps_min; delete item.reps_max; delete item.duration_s;
      Object.assign(item, { mode: "hold", hold_s: 10 });
      again();
    } else if (mode === "reps" && item.mode === "hold") {
      delete item.hold_s;
      Object.assign(item, { mode: "reps", reps_min: 8, reps_max: 10 });
      again();
    }
  }

  function swap(part, i, k) {
    const list = doc.plan[part];
    if (k < 0 || k >= list.length) return;
    [list[i], list[k]] = [list[k], list[i]];
    again(`${part}.${k + 1}`);
  }
  function insert(part, i, item) { (doc.plan[part] ||= []).splice(i, 0, item); again(`${part}.${i + 1}`); }
  function removeItem(part, i) { doc.plan[part].splice(i, 1); if (!doc.plan[part].length && part !== "items") delete doc.plan[part]; again(); }
  function again(focus = null) {
    build();
    touched();
    if (focus) form.querySelector(`[data-field="${focus}.exercise"] select`)?.focus();
  }

  function touched() {
    changed = true;
    row = null;
    state.textContent = words.unsaved;
    clearTimeout(timer);
    timer = setTimeout(check, WAIT_MS);
  }

  async function check() {
    const mine = (asked += 1);
    checked.textContent = words.checking;
    const answer = await ask("plan_check", { code: given.code, document: doc.plan });
    if (mine !== asked || !root.isConnected) return;
    if (answer.problem) { checked.textContent = answer.say; return; }
    place(answer.problems);
    explained.innerHTML = answer.explained;
    verdicts = answer.exercises;
    for (const input of form.querySelectorAll('[data-field$=".exercise"] select')) {
      for (const option of input.options) {
        option.text = mark(verdicts[option.value]) + option.text.replace(/^[✕△] /, "");
      }
    }
    for (const box of form.querySelectorAll("[data-notes]")) {
      box.textContent = "";
      for (const [kind, text] of answer.items[box.dataset.notes] || []) {
        const line = make("p", `note ${kind}`);
        line.textContent = mark(kind) + text;
        box.append(line);
      }
    }
    root.dataset.checked = String(mine);
  }

  function place(problems) {
    for (const one of form.querySelectorAll(".wrong-here")) { one.hidden = true; one.textContent = ""; }
    for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    checked.textContent = "";
    checked.className = problems.length ? "state bad" : "state good";
    const head = make("b", "", problems.length ? words.problems.replace("{count}", problems.length) : "✓ " + words.no_problem);
    checked.append(head);
    const list = make("ul", "plain");
    for (const [field, text] of problems) {
      let at = field, box = null;
      while (!box && at) { box = form.querySelector(`[data-field="${CSS.escape(at)}"]`); if (!box) at = at.replace(/\.?[^.]*$/, ""); }
      const item = document.createElement("li"), label = box?.querySelector("label, legend")?.textContent || "";
      const number = (field.match(/^(?:items|warm_up|cool_down)\.(\d+)/) || [])[1];
      const name = [number ? words.item.replace("{number}", number) : "", label].filter(Boolean).join(", ");
      if (box) {
        const said = box.querySelector(".wrong-here");
        said.hidden = false;
        said.textContent = (said.textContent ? said.textContent + " " : "▲ ") + text;
        box.hidden = false;
        const input = box.querySelector("input, select, textarea");
        input?.setAttribute("aria-invalid", "true");
        const link = make("button", "link", name || field);
        link.type = "button";
        link.addEventListener("click", () => { for (let up = box; up; up = up.parentElement.closest("details")) if (up.tagName === "DETAILS") up.open = true; const fold_ = box.closest("details"); if (fold_) fold_.open = true; (input || box).focus(); (input || box).scrollIntoView({ block: "center" }); });
        item.append(link, ": " + text);
      } else item.textContent = `${field}: ${text}`;
      list.append(item);
    }
    if (problems.length) checked.append(list);
  }

  async function keep(anyway = false) {
    save && (save.disabled = true);
    const answer = await ask("plan_save", { code: given.code, document: doc.plan, known, anyway });
    save && (save.disabled = false);
    quarrel.textContent = "";
    if (answer.problem === "conflict") { conflict(answer); return false; }
    if (answer.problem) { say(answer.say); if (answer.problems) place(answer.problems); return false; }
    known = answer.known;
    row = answer.saved;
    doc.plan.version = answer.known;
    changed = false;
    state.textContent = answer.say;
    history.replaceState(null, "", answer.address);
    return true;
  }

  function conflict(answer) {
    quarrel.textContent = "";
    const box = make("div", "quarrel"), theirs = make("a", "button", words.theirs), mine = make("button", "", words.mine);
    box.setAttribute("role", "alert");
    theirs.href = answer.theirs;
    theirs.target = "_blank";
    mine.type = "button";
    mine.addEventListener("click", () => keep(true));
    box.append(make("p", "", answer.say), theirs, " ", mine);
    quarrel.append(box);
    mine.focus();
  }

  save?.addEventListener("click", () => keep());
  form.addEventListener("submit", (event) => { event.preventDefault(); keep(); });
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); keep(); }
  });
  sign?.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if ((changed || !row) && !(await keep())) return;
    const fields = Object.fromEntries(new FormData(sign));
    const answer = await ask("plan_sign", { code: given.code, row, known, ...fields });
    sign.password.value = "";
    if (answer.problem === "conflict") return conflict(answer);
    if (answer.problem) {
      say(answer.say);
      sign.querySelector(".wrong")?.remove();
      const said = make("p", "wrong", answer.say);
      said.setAttribute("role", "alert");
      sign.append(said);
      if (answer.problems) place(answer.problems);
      if (answer.problem === "password") sign.password.focus();
      return;
    }
    changed = false;
    say(answer.say);
    go(answer.go);
  });

  build();
  check();
  return () => changed;
}
