// Names and numbers as people read them, in the language of the page. No data of figures, no drawing.

export class Words {
  constructor(names, texts) {
    this.texts = texts;
    this.lang = "zh";
    const by = (rows, at = 0) => new Map(rows.map((r) => [r[at], r]));
    this.place_ = by(names.place);
    this.industry_ = by(names.industry);
    this.source_ = by(names.source);
    this.release_ = by(names.release);
    this.indicator_ = by(names.indicator);
    this.intensity_ = by(names.intensity);
    this.table_ = by(names.table);
  }

  get zh() { return this.lang === "zh"; }

  // a text of the page; {name} is filled in
  t(key, given = {}) {
    const text = this.texts[key];
    if (!text) return key;
    return text[this.zh ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
  }

  _name(map, code) {
    const row = map.get(code);
    return row ? (this.zh ? row[1] : row[2] || row[1]) : code;
  }

  place(code) {
    if (code.includes(">")) {
      const [a, b] = code.split(">");
      return a === b ? this.t("within", { place: this.place(a) }) : `${this.place(a)} → ${this.place(b)}`;
    }
    return this._name(this.place_, code);
  }

  industry(code) { return code === "*" ? this.t("all_industries") : `${code} ${this._name(this.industry_, code)}`; }
  measure(code) { return this.intensity_.has(code) ? this._name(this.intensity_, code) : this._name(this.indicator_, code); }
  kind(code) { return this.indicator_.get(code)?.[4] ?? "ratio"; }
  definition(code) { return this.indicator_.get(code)?.[this.zh ? 7 : 8] ?? ""; }

  unitOf(code) { return (this.intensity_.get(code) ?? this.indicator_.get(code))?.[3] ?? ""; }
  unit(unit) { return this.zh ? unit : this.texts.units[unit] ?? unit; }

  // `cstsy/2020` as the source and its edition, or the edition alone
  release(code, alone = false) {
    if (!code) return "";
    const [source] = code.split("/");
    const name = this._name(this.source_, source);
    const own = this._name(this.release_, code);
    if (alone) return own === code ? code.split("/")[1] : own.startsWith(name) ? own.slice(name.length).trim() : own;
    return own === code ? `${name} ${code.split("/")[1] ?? ""}`.trim() : own.startsWith(name) ? own : `${name}${this.zh ? "：" : ": "}${own}`;
  }

  status(code) { return this.t(`status_${code}`); }

  list(items) { return items.join(this.zh ? "、" : ", "); }

  // unit of what a view shows
  viewUnit(view, measure, d) {
    const unit = this.unitOf(measure);
    if (view === "share" || view === "growth" || view === "real") return "%";
    if (view === "index" || view === "disparity" || view === "quotient") return this.t(view === "index" ? "unit_index" : view === "disparity" ? `d_${d}` : "v_quotient");
    if (view === "per_head") return unit === "亿元" ? this.unit("元/人") : this.zh ? `${unit}/万人` : `${this.unit(unit)} per 10,000 people`;
    return this.unit(unit);
  }

  // decimals that a point deserves: those printed, else what its interval leaves
  decimals(p) {
    if (p.printed && p.view === "value") {
      const half = p.printed.half_width;
      return half > 0 ? Math.max(0, Math.min(6, -Math.floor(Math.log10(2 * half) + 1e-9))) : 0;
    }
    if (p.view === "share" || p.view === "index") return 2;
    if (p.view === "growth" || p.view === "real") return 2;
    if (p.view === "disparity" || p.view === "quotient") return 3;
    const size = Math.abs(p.value);
    return size >= 1000 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  }

  number(value, decimals) {
    return value === null || value === undefined ? "" : value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: Math.abs(value) >= 10000 });
  }

  scale(p) { return p.view === "share" || p.view === "growth" || p.view === "real" ? 100 : 1; }

  value(p) { return this.number(p.value * this.scale(p), this.decimals(p)); }

  // the interval, where it is wider than the digits shown
  interval(p) {
    if (p.low === null || p.low === undefined || p.high === null) return "";
    if (p.printed && p.view === "value") return "";
    const n = this.decimals(p), s = this.scale(p);
    const [low, value, high] = [p.low, p.value, p.high].map((v) => this.number(v * s, n));
    return low === value && high === value ? "" : `[${low}, ${high}]`;
  }
}
