// The coach moves on the first screen, so that whoever comes by sees what the cabin is for.

const SHOWN = "marching";

export class Greeting {
  constructor({ assets, version }) {
    Object.assign(this, { assets, version });
    this.canvas = null;
  }

  /** Move on this canvas from now on. */
  async begin(canvas) {
    this.end();
    this.canvas = canvas;
    const { mountFigure } = await import(`${this.assets}/stage/figure.mjs`);
    if (this.canvas !== canvas) return; // the screen has changed meanwhile
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.figure = mountFigure(canvas, { version: this.version, reducedMotion });
    await this.figure.show(SHOWN).catch(() => {}); // the screen is whole without it
  }

  end() {
    this.canvas = null;
    this.figure?.stop();
    this.figure = null;
  }
}
