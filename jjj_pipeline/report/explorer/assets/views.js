// From a state to points: which figure stands for a measure, a place and a year. Ratios of published columns only:
// an index is v / v0, constant prices chain the published real growth. No text, no drawing.

export const VIEWS = ["value", "share", "index", "per_head", "growth", "real", "constant", "disparity", "quotient"];
const YEAR = /^\d{4}$/;

export class Views {
  constructor(tables, groups, breaks, parts = {}) {
    this.tables = tables;
    this.groups = groups; // group -> members
    this.breaks = breaks; // {year, zh, en, series: {indicator: places}}
    this.reasons = new Map();
    this.parts = parts; // intensity -> numerator and denominator
  }

  // ways in which a measure can be shown
  of(measure, industry = "*") {
    const { observation, intensity, total, share, growth, per_head, disparity, quotient } = this.tables;
    if (intensity.has(measure)) return ["value", "index", ...(disparity.has(measure) ? ["disparity"] : [])];
    if (!observation.has(measure)) return [];
    if (industry !== "*") return ["value", "index", ...(quotient.has(measure) ? ["quotient"] : [])];
    const out = ["value", "index"];
    if (share.has(measure)) out.push("share");
    if (per_head.has(measure)) out.push("per_head");
    if (growth.has(measure)) out.push("growth");
    if (growth.has(measure) && growth.rows(measure, (c, i) => c.real_value[i] !== null).length) out.push("real", "constant");
    if (disparity.has(measure)) out.push("disparity");
    return VIEWS.filter((v) => out.includes(v));
  }

  industries(measure) { return this.tables.observation.distinct(measure, "industry"); }

  releases(measure) { return this.tables.observation.distinct(measure, "release"); }

  wholes(measure) { return this.tables.share.distinct(measure, "whole"); }

  // places for which a view has a figure
  places(state, measure) { return [...new Set(this.points({ ...state, p: null, y: [0, 0] }, measure).map((p) => p.place))]; }

  // {measure, place, series, year, value, low, high, status, release, other, printed: row} of all chosen places and years
  points(state, measure) {
    const view = this.of(measure, state.i).includes(state.v) ? state.v : "value";
    const wanted = state.p && new Set(state.p);
    const [from, to] = [state.y[0] || 0, state.y[1] || 9999];
    const inside = (p) => (!wanted || wanted.has(p.place)) && p.year >= from && p.year <= to && p.value !== null;
    const all = this[`_${view}`](state, measure, wanted).filter((p) => p.value !== null);
    const shown = view === "index" ? this._rebased(all, from, to) : view === "constant" ? this._chained(all, state, measure, from, to) : all;
    return shown.filter(inside).map((p) => ({ measure, view, series: p.place, ...p }));
  }

  // printed figures of regions and flows, totals of groups
  _value(state, measure, wanted) {
    if (this.tables.intensity.has(measure)) return this._derived("intensity", measure);
    const { observation, total } = this.tables;
    const one = state.r !== "default" && state.r !== "all" ? state.r : null;
    const rows = observation.rows(measure, (c, i) =>
      c.industry[i] === state.i && YEAR.test(c.year[i]) && (!wanted || wanted.has(c.place[i]))
      && (state.r === "all" || (one ? c.release[i] === one : c.chosen[i] === 1)));
    const points = rows.map((row) => ({
      place: row.place, year: Number(row.year), value: row.value, low: row.value - row.half_width, high: row.value + row.half_width,
      status: row.status, release: row.release, printed: row,
      ...(state.r === "all" ? { series: `${row.place}|${row.release}` } : {}),
    }));
    if (state.i === "*" && state.r === "default") {
      for (const row of total.rows(measure, (c, i) => !wanted || wanted.has(c.place[i]))) {
        if (points.some((p) => p.place === row.place && p.year === row.year)) continue;
        points.push({ place: row.place, year: row.year, value: row.value, low: row.value - row.half_width, high: row.value + row.half_width,
          status: row.status, release: row.release, source: row.source, members: row.members, expected: row.members_expected });
      }
    }
    return points;
  }

  _derived(table, measure, wanted = () => true, column = "value") {
    const prefix = column === "value" ? "" : column.replace(/value$/, "");
    return this.tables[table].rows(measure, wanted).map((row) => ({
      place: row.place, year: row.year, value: row[column],
      low: row[`${prefix}low`] == null ? null : row[column] - row[`${prefix}low`],
      high: row[`${prefix}high`] == null ? null : row[column] + row[`${prefix}high`],
      status: row.status ?? "A", release: row.release, other: row.release_other, crosses: row.crosses_break ?? null,
    }));
  }

  _share(state, measure) {
    const wholes = this.wholes(measure);
    const whole = wholes.includes(state.o) ? state.o : wholes[0];
    return this._derived("share", measure, (c, i) => c.whole[i] === whole).map((p) => ({ ...p, whole }));
  }

  _per_head(state, measure) { return this._derived("per_head", measure); }
  _growth(state, measure) { return this._derived("growth", measure); }
  _real(state, measure) { return this._derived("growth", measure, undefined, "real_value"); }
  _index(state, measure, wanted) { return this._value(state, measure, wanted); }
  _constant(state, measure) { return this._real(state, measure); }

  _disparity(state, measure) {
    return this.tables.disparity.rows(measure).map((row) => ({ place: row.place, year: row.year, value: row[state.d], low: null, high: null,
      status: "A", release: null, disparity: true }));
  }

  _quotient(state, measure) {
    return this.tables.quotient.rows(measure, (c, i) => c.industry[i] === state.i).map((row) => ({ place: row.place, year: row.year,
      value: row.value, low: null, high: null, status: "A", release: row.release }));
  }

  // first shown year = 100, with the interval that both printed figures allow
  _rebased(points, from, to) {
    const out = [];
    for (const series of Map.groupBy(points, (p) => p.series ?? p.place).values()) {
      const inside = series.filter((p) => p.year >= from && p.year <= to).sort((a, b) => a.year - b.year);
      const base = inside.find((p) => p.value > 0);
      if (!base) continue;
      for (const p of inside) {
        const same = p === base;
        out.push({ ...p, base, value: 100 * p.value / base.value, low: same ? 100 : 100 * p.low / base.high,
          high: same ? 100 : base.low > 0 ? 100 * p.high / base.low : null });
      }
    }
    return out;
  }

  // value of the first shown year carried on by real growth, which ends where a rate is missing; a group is the sum of its members,
  // since prices differ between them
  _chained(rates, state, measure, from, to) {
    const places = state.p ?? [...new Set(rates.map((p) => p.place))];
    const wanted = new Set(places.flatMap((place) => [place, ...(this.groups[place] ?? [])]));
    const by = (points) => Map.groupBy(points, (p) => p.place);
    const rateOf = by(rates), valueOf = by(this._value({ ...state, r: "default" }, measure, wanted));
    const out = [];
    for (const place of places) {
      const own = this.groups[place] && rateOf.has(place) ? this.groups[place] : [place];
      const rate = own.map((m) => new Map((rateOf.get(m) ?? []).map((p) => [p.year, p])));
      const value = own.map((m) => new Map((valueOf.get(m) ?? []).filter((p) => p.value !== null).map((p) => [p.year, p])));
      const all = (maps, year) => maps.every((m) => m.has(year));
      const years = [...value[0].keys()].sort((a, b) => a - b);
      const start = years.find((y) => y >= from && y <= to && all(value, y) && all(rate, y + 1));
      if (start === undefined) continue;
      const sum = (points, key) => points.reduce((total, p) => total + p[key], 0);
      const status = (points) => points.map((p) => p.status ?? "A").find((s) => s !== "A") ?? "A";
      let now = value.map((m) => ({ ...m.get(start) }));
      const base = { place, year: start, release: now[0].release, value: sum(now, "value") };
      const point = (year) => ({ place, year, value: sum(now, "value"), low: sum(now, "low"), high: sum(now, "high"), status: status(now), base });
      out.push({ ...point(start), ...(own.length === 1 && now[0].printed ? { printed: now[0].printed } : {}) });
      for (let year = start + 1; year <= to && all(rate, year); year++) {
        now = now.map((p, n) => {
          const g = rate[n].get(year);
          return { value: p.value * (1 + g.value), low: p.low * (1 + (g.low ?? g.value)), high: p.high * (1 + (g.high ?? g.value)), status: g.status };
        });
        out.push(point(year));
      }
    }
    return out;
  }

  // years between the first and the last shown in which a chosen place has no figure
  gaps(points, places) {
    const years = points.map((p) => p.year);
    if (!years.length) return [];
    const out = [];
    const [from, to] = [Math.min(...years), Math.max(...years)];
    for (const place of places) {
      const held = new Set(points.filter((p) => p.place === place).map((p) => p.year));
      for (let year = from; year <= to; year++) if (!held.has(year)) out.push({ place, year });
    }
    return out;
  }

  // why a figure is not held; null where nothing is said
  reason(measure, place, year) {
    if (!this.reasons.has(measure)) {
      const rows = this.tables.gap.rows(measure);
      this.reasons.set(measure, new Map(rows.map((r) => [`${r.place}/${r.year}`, r.reason])));
    }
    return this.reasons.get(measure).get(`${place}/${year}`) ?? null;
  }

  // breaks of definition inside the shown years
  breaksOf(measure, places, from, to) {
    const measures = this.parts[measure] ?? [measure];
    return this.breaks.filter((b) => b.year > from && b.year <= to && measures.some((m) => b.series[m]?.some((p) => places.includes(p)))).sort((a, b) => a.year - b.year);
  }

  // periods that are not a year (2014-2020, 2024H1), newest release first
  periods(measure, places) {
    return this.tables.observation.rows(measure, (c, i) => !YEAR.test(c.year[i]) && places.includes(c.place[i]));
  }

  // all releases of one figure
  releasesOf(measure, industry, place, year) {
    return this.tables.observation.rows(measure, (c, i) => c.industry[i] === industry && c.place[i] === place && c.year[i] === String(year));
  }

  // releases of the figures a point rests on, as source/release
  sources(point, state, intensities) { return [...new Set(this.evidence(point, state, intensities).map((e) => e.row.release))]; }

  // printed figures a point rests on: [{measure, place, year, row}]; `release` is one that a derived table names
  evidence(point, state, intensities) {
    const find = (measure, place, year, release) => {
      const members = this.groups[place];
      const rows = this.releasesOf(measure, state.i, place, year);
      if (!rows.length && members) return members.flatMap((m) => find(measure, m, year, release));
      const row = rows.find((r) => release && (r.release === release || r.release.split("/")[1] === release))
        ?? rows.find((r) => r.chosen === 1) ?? rows[0];
      return row ? [{ measure, place, year, row }] : [];
    };
    const { measure, place, year, view } = point;
    if (point.printed) return [{ measure, place, year, row: point.printed }, ...(point.base && point.base !== point && point.base.year !== year
      ? find(measure, place, point.base.year, point.base.release) : [])];
    if (this.tables.intensity.has(measure)) {
      const { numerator, denominator } = intensities[measure];
      return [...find(numerator, place, year, point.release), ...find(denominator, place, year, point.other)];
    }
    const own = find(measure, place, year, point.release);
    if (view === "share") return [...own, ...find(measure, point.whole, year, point.other)];
    if (view === "growth" || view === "real") return [...own, ...find(measure, place, year - 1, point.other)];
    if (view === "per_head") return [...own, ...find("population", place, year, point.other)];
    if (view === "constant" || view === "index") return [...own, ...(point.base && point.base.year !== year ? find(measure, place, point.base.year) : [])];
    if (view === "disparity") return (this.groups[place] ?? []).flatMap((m) => find(measure, m, year));
    return own;
  }
}
