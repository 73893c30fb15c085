// Days as people say them.

const LOCALE = { zh: "zh-CN", en: "en-GB" };

/** "Monday, 23 November" of "2026-11-23". */
export function dayOf(iso, language) {
  const day = new Date(`${iso}T12:00:00Z`);
  return new Intl.DateTimeFormat(LOCALE[language], { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(day);
}

/** "23 November 2026". */
export function dateOf(iso, language) {
  const day = new Date(`${iso}T12:00:00Z`);
  return new Intl.DateTimeFormat(LOCALE[language], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(day);
}

/** Day and time of a moment on the clock of the resident. */
export function momentOf(iso, language, zone) {
  const shown = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: zone ?? undefined };
  return new Intl.DateTimeFormat(LOCALE[language], shown).format(new Date(iso));
}
