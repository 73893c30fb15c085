// Who is woken for the pictures of the screen while the stage covers its page.
//
// What lies under the stage is not seen, and yet it may ask for every picture: Gradio's sign of
// loading goes on asking after it has left the page, sixty times a second, for as long as the page
// lives. While the stage is open, everybody but the stage is woken seldom.

const SELDOM_MS = 250;

const next = window.requestAnimationFrame.bind(window);
const cancel = window.cancelAnimationFrame.bind(window);
const timers = new Map(); // of those that wait, by the number they were given: below zero
let covered = false;
let given = 0;

/** The stage's own drawing asks here: the next picture of the screen, always. */
export { next as nextPicture };

/** The stage covers the page, or does no longer. */
export function cover(on) {
  covered = on;
}

window.requestAnimationFrame = (draw) => {
  if (!covered) return next(draw);
  const number = (given -= 1);
  timers.set(number, setTimeout(() => {
    timers.delete(number);
    draw(performance.now());
  }, SELDOM_MS));
  return number;
};

window.cancelAnimationFrame = (number) => {
  if (!timers.has(number)) return cancel(number);
  clearTimeout(timers.get(number));
  timers.delete(number);
};
