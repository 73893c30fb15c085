// A plan as the form changes it: by the path of a field, counted from one as people do.

const INDEX = /^\d+$/;
const KEPT = new Set(["resident", "session", "title"]);
const ROW = /^(items|warm_up|cool_down|joint_limits)$/;
const index = (at, key) => (Array.isArray(at) ? Number(key) - 1 : key);

export class PlanDocument {
  constructor(plan) {
    this.plan = plan;
  }

  get(path) {
    return path.split(".").reduce((at, key) => (at === undefined || at === null ? undefined : at[index(at, key)]), this.plan);
  }

  /** `undefined`: it is not said. */
  set(path, value) {
    const keys = path.split("."), last = keys.pop();
    let at = this.plan;
    keys.forEach((key, i) => {
      const next = keys[i + 1] ?? last, k = index(at, key);
      if (at[k] === undefined || at[k] === null) at[k] = INDEX.test(next) ? [] : {};
      at = at[k];
    });
    const k = index(at, last);
    if (value === undefined) delete at[k];
    else at[k] = value;
    this.prune(keys);
  }

  /** An empty table that nobody filled is not said. */
  prune(keys) {
    for (let n = keys.length; n > 0; n -= 1) {
      const path = keys.slice(0, n), held = this.get(path.join("."));
      if (!held || Object.keys(held).length || KEPT.has(path.join("."))) return;
      if (ROW.test(path[0]) && n <= 2) return;
      const above = n === 1 ? this.plan : this.get(path.slice(0, -1).join(".")), k = index(above, path[n - 1]);
      if (Array.isArray(above)) above.splice(k, 1);
      else delete above[k];
    }
  }
}
