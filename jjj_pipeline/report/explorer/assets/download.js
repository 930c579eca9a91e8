// What can be taken away: CSV, the query, pictures.

const quoted = (v) => {
  const s = v === null || v === undefined ? "" : String(v);
  return /[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
};
const csv = (rows) => `${rows.map((r) => r.map(quoted).join(",")).join("\r\n")}\r\n`;
const exact = (v) => (v === null || v === undefined ? "" : Number(v.toPrecision(12)));

// one row a figure, with codes and names
export const long = (parts, words, state, releases) => {
  const rows = [["indicator", "indicator_zh", "indicator_en", "industry_code", "region_code", "region_zh", "region_en", "year", "view", "value", "value_low", "value_high",
    "unit", "status", "release", "printed", "printed_unit", "file", "cell"]];
  const names = (code, what) => ["zh", "en"].map((lang) => { const was = words.lang; words.lang = lang; const out = words[what](code); words.lang = was; return out; });
  for (const part of parts) for (const p of [...part.points].sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : a.year - b.year))) {
    rows.push([p.measure, ...names(p.measure, "measure"), state.i, p.place, ...names(p.place, "place"), p.year, p.view, exact(p.value * words.scale(p)),
      exact(p.low === null ? null : p.low * words.scale(p)), exact(p.high === null ? null : p.high * words.scale(p)), words.viewUnit(p.view, p.measure, state.d), p.status,
      releases(p).join(" "), p.printed?.printed ?? "", p.printed?.printed_unit ?? "", p.printed?.file ?? "", p.printed?.cell ?? ""]);
  }
  return csv(rows);
};

// as a spreadsheet opens it: a byte order mark, names with units, years down, places across
export const wide = (parts, words) => {
  const rows = [];
  for (const part of parts) {
    const years = [...new Set(part.points.map((p) => p.year))].sort((a, b) => a - b);
    const series = [...new Set(part.points.map((p) => p.series))];
    const at = new Map(part.points.map((p) => [`${p.series}/${p.year}`, p]));
    rows.push([part.title], [words.t("year"), ...series.map((s) => `${part.names.get(s) ?? s} (${part.unit})`)]);
    for (const year of years) rows.push([year, ...series.map((s) => { const p = at.get(`${s}/${year}`); return p ? exact(p.value * words.scale(p)) : ""; })]);
    rows.push([]);
  }
  return `\ufeff${csv(rows)}`;
};

const list = (items) => items.map((i) => `'${String(i).replaceAll("'", "''")}'`).join(", ");

// the query that gives the same figures
export const sql = (state, parts, views, intensities) => parts.map(({ measure, view, places, from, to, kind }) => {
  const years = (name) => (kind === "line" ? ` and ${name} between ${from} and ${to}` : ` and ${name} = ${to}`);
  const where = `region_code in (${list(places)})${years("year")}`;
  if (places.some((p) => p.includes(">"))) {
    return `select period, origin, destination, value, half_width, status, printed, printed_unit, source, release, file, cell\nfrom core.flow\nwhere indicator = '${measure}' and origin || '>' || destination in (${list(places)})\norder by origin, destination, period;`;
  }
  if (intensities[measure]) return `select region_code, year, value, value_low, value_high, unit, numerator_release, denominator_release\nfrom mart.intensity\nwhere preferred and intensity = '${measure}' and ${where}\norder by region_code, year;`;
  if (view === "share") return `select region_code, year, 100 * share as per_cent, 100 * share_low as low, 100 * share_high as high, release, total_release\nfrom mart.share\nwhere indicator = '${measure}' and of_code = '${parts.find((p) => p.measure === measure).whole}' and ${where}\norder by region_code, year;`;
  if (view === "growth") return `select region_code, year, 100 * growth as per_cent, 100 * growth_low as low, 100 * growth_high as high, release_before, release\nfrom mart.growth_yearly\nwhere indicator = '${measure}' and ${where}\norder by region_code, year;`;
  if (view === "real" || view === "constant") return `select region_code, year, value, 100 * real_growth as per_cent, 100 * real_growth_low as low, 100 * real_growth_high as high\nfrom mart.growth_yearly\nwhere indicator = '${measure}' and ${where}\norder by region_code, year;`;
  if (view === "disparity") return `select group_code, year, ${state.d}, members\nfrom mart.disparity\nwhere indicator = '${measure}' and group_code in (${list(places)})${years("year")}\norder by group_code, year;`;
  if (view === "quotient") return `select region_code, year, lq, lq_low, lq_high, release\nfrom mart.location_quotient\nwhere indicator = '${measure}' and industry_code = '${state.i}' and ${where}\norder by region_code, year;`;
  if (view === "per_head") return `select a.region_code, a.year, a.value, b.value as population, ratio(a.value, b.value) as per_10000_people,\n    ratio_low(a.value, a.half_width, b.value, b.half_width) as low, ratio_high(a.value, a.half_width, b.value, b.half_width) as high\nfrom core.panel as a\njoin core.panel as b on b.indicator = 'population' and b.region_code = a.region_code and b.year = a.year\nwhere a.indicator = '${measure}' and a.region_code in (${list(places)})${years("a.year")}\norder by 1, 2;`;
  if (state.i !== "*" || state.r !== "default") {
    const release = state.r === "all" || state.r === "default" ? "" : ` and source || '/' || release = '${state.r}'`;
    const from_ = state.r === "default" ? "core.preferred" : "core.observation";
    return `select region_code, year, value, half_width, status, printed, source, release, file, cell\nfrom ${from_}\nwhere indicator = '${measure}' and industry_code = '${state.i}'${release} and ${where}\norder by region_code, year;`;
  }
  return `select p.region_code, p.year, p.value, p.half_width, p.status, p.source, p.release, l.printed, l.file, l.cell\nfrom core.panel as p\nleft join core.preferred as l on l.indicator = p.indicator and l.region_code = p.region_code and l.year = p.year and l.industry_code = '*'\nwhere p.indicator = '${measure}' and p.region_code in (${list(places)})${years("p.year")}\norder by p.region_code, p.year;`;
}).join("\n\n");

export const save = (name, content, type) => {
  const url = typeof content === "string" && content.startsWith("data:") ? content : URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 1000);
};
