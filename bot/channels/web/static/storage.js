// localStorage, or memory where the browser forbids it.
export class Storage {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
  }

  get(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return this.memory.get(name) ?? null;
    }
  }

  set(name, value) {
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      this.memory.set(name, value);
    }
  }

  // Values of all names that begin with `start`.
  all(start) {
    try {
      const names = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix + start));
      return names.map((key) => this.get(key.slice(this.prefix.length))).filter(Boolean);
    } catch {
      return [...this.memory].filter(([name, value]) => name.startsWith(start) && value).map(([, value]) => value);
    }
  }
}
