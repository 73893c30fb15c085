// Words that must not be cut off.

/** A text that shrinks until its box holds it. */
export function fitted(box) {
  box.style.setProperty("--shrink", 1);
  for (let shrink = 0.95; shrink > 0.3; shrink -= 0.05) {
    if (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1) return;
    box.style.setProperty("--shrink", shrink);
  }
}
