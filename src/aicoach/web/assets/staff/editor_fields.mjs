// Elements of the plan editor's form: one for each kind of field, and what stands in it.

const SIGNS = { off: "✕ ", adapt: "△ " };

/** Before an exercise: whether this resident may do it. */
export const mark = (verdict) => SIGNS[verdict] || "";

export function make(tag, name = "", text = null) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== null && text !== undefined) made.textContent = text;
  return made;
}

export function fold(name, title, open) {
  const box = document.createElement("details");
  box.className = "card fold";
  box.dataset.name = name;
  box.open = open;
  const summary = document.createElement("summary");
  summary.append(make("h2", "", title));
  box.append(summary);
  return box;
}

/** `verdicts`: of each exercise, for the choice of one. */
export function entry(field, value, verdicts) {
  if (field.kind === "choice") {
    const input = document.createElement("select");
    if (!field.needed || value === undefined) input.append(new Option("–", ""));
    for (const [code, name] of field.choices) input.append(new Option((field.path === "exercise" ? mark(verdicts[code]) : "") + name, code));
    if (value !== undefined && ![...input.options].some((one) => one.value === value)) input.append(new Option(value, value));
    input.value = value ?? "";
    return input;
  }
  const input = document.createElement(field.kind === "long" ? "textarea" : "input");
  if (field.kind === "long") { input.rows = 2; input.maxLength = 300; }
  if (field.kind === "yes") { input.type = "checkbox"; input.checked = Boolean(value); return input; }
  if (field.kind === "whole" || field.kind === "number") { input.inputMode = field.kind === "whole" ? "numeric" : "decimal"; input.autocomplete = "off"; }
  input.value = value ?? "";
  return input;
}

/** What was filled in; undefined: nothing. */
export function valueOf(field, input) {
  if (field.kind === "yes") return input.checked ? true : undefined;
  const text = input.value.trim();
  if (!text) return undefined;
  if (field.kind === "whole" || field.kind === "number") {
    const plain = text.replace("，", ".").replace(",", ".");
    return Number.isFinite(Number(plain)) ? Number(plain) : text; // what is no number is told by the check
  }
  return input.value;
}
