// Which language a page speaks; the server decides the same way (web/language.py).

const LANGUAGES = ["zh", "en"];
const OTHERWISE = "zh";

/** What was chosen, the nearest choice first; else the first of the browser's that we have. */
export function spoken(...chosen) {
  const asked = (navigator.languages ?? []).map((one) => one.toLowerCase().split("-")[0]);
  return [...chosen, ...asked].find((one) => LANGUAGES.includes(one)) ?? OTHERWISE;
}
