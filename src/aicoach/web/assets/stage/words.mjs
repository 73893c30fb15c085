// The words of the stage in both languages; both are loaded at once, so that a switch never waits.

/** Load them. `given` may hold words already: {zh: {...}, en: {...}}. */
export async function loadWords(version, given) {
  if (given) return given;
  const languages = ["zh", "en"];
  const found = await Promise.all(
    languages.map(async (language) => {
      const answer = await fetch(`/words/${version}/${language}.json`);
      if (!answer.ok) throw new Error(`words ${language}: ${answer.status}`);
      return answer.json();
    }),
  );
  return Object.fromEntries(languages.map((language, at) => [language, found[at]]));
}

/** Speaks one language at a time: `word("stage.stop")`, `word("stage.count.of", {planned: 6})`. */
export class Words {
  constructor(all, language) {
    this.all = all;
    this.language = language;
  }

  word(key, places = {}) {
    const text = this.all[this.language][key];
    if (text === undefined) {
      console.error(`aicoach: no words for ${key} in ${this.language}`);
      return "";
    }
    return text.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (_whole, name, one, many) => {
      const value = places[name];
      return many === undefined ? `${value}` : `${value} ${value === 1 ? one : many}`;
    });
  }

  has(key) {
    return this.all[this.language][key] !== undefined;
  }

  /** One of a pair that the server worded: {zh, en}. */
  of(pair) {
    return pair ? (pair[this.language] ?? "") : "";
  }
}
