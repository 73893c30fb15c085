// Asking the server. Whatever happens, the answer is {ok, status, body}; nothing is thrown.

async function answer(path, init) {
  try {
    const found = await fetch(path, { credentials: "same-origin", cache: "no-store", ...init });
    const body = await found.json().catch(() => ({}));
    return { ok: found.ok, status: found.status, body };
  } catch {
    return { ok: false, status: 0, body: { problem: "offline" } };
  }
}

export const get = (path) => answer(path, {});

export const post = (path, body = {}) =>
  answer(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** A picture, as it is. */
export const postPicture = (path, blob) =>
  answer(path, { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: blob });

/** Title and text of a refusal, in the language of `words`. */
export function refusalOf(body, words) {
  if (body.title && body.text) return { code: body.problem, title: words.of(body.title), text: words.of(body.text) };
  return { code: body.problem ?? "offline", title: words.word("pages.offline.title"), text: words.word("pages.offline.text") };
}
