// Points as a Vega-Lite specification, and the drawing of one. What the points are is decided in views.js.

const HATCH = "M-1,-1L1,1M-1,1L1,-1";

const colours = () => {
  const of = getComputedStyle(document.documentElement);
  const get = (name) => of.getPropertyValue(name).trim();
  return { ink: get("--ink"), soft: get("--soft"), grid: get("--line"), paper: get("--paper"), warn: get("--warn"), font: get("--sans") };
};

export const styles = (series, palette, dark) => {
  const taken = new Set(series.map((code) => palette.own[code]?.[0]));
  const spare = palette.others.map((_, n) => n).filter((n) => !taken.has(palette.others[n]));
  let next = 0;
  return series.map((code) => {
    const own = palette.own[code];
    if (own && !dark) return own;
    if (own && dark) return [palette.dark[code] ?? own[0], own[1], own[2]];
    const list = dark ? palette.darkOthers : palette.others;
    const at = spare.length ? spare[next++ % spare.length] : next++;
    return [list[at % list.length], palette.shapes[at % palette.shapes.length], palette.dashes[at % palette.dashes.length]];
  });
};

const config = (c) => ({
  font: c.font, background: "transparent", view: { stroke: null }, mark: { aria: false }, title: { color: c.ink },
  axis: { labelColor: c.soft, labelFontSize: 12, titleColor: c.soft, titleFontSize: 12, titleFontWeight: "normal", gridColor: c.grid,
    domain: false, ticks: false, labelPadding: 6, aria: false },
  axisX: { grid: false, ticks: true, tickColor: c.soft, tickSize: 4, labelPadding: 3 },
  legend: { labelColor: c.ink, labelFontSize: 13, title: null, orient: "top", symbolSize: 90, aria: false, padding: 0, offset: 8, labelLimit: 260,
    symbolOpacity: 1, columns: 0 },
  header: { labelFontSize: 13, labelColor: c.ink },
  concat: { spacing: 26 },
});

const title = (text, c) => ({ text, anchor: "start", fontSize: 13, fontWeight: "normal", color: c.soft, offset: 10 });

// kinds: line, bar, tiles. `parts` is one entry a measure: {name, unit, points, gaps, breaks, zero}
export const spec = (kind, parts, series, words, palette, width, tiles, dark) => {
  const c = colours();
  const style = styles(series.map((s) => s.code), palette, dark);
  const scale = (values) => ({ domain: series.map((s) => s.name), range: values });
  const colour = { field: "series", type: "nominal", scale: scale(style.map((s) => s[0])) };
  const draw = { line, bar, tiles: tileGrid }[kind];
  const legend = kind === "line" && series.length <= 12;
  const given = { c, style, scale, colour, width, words, legend, tiles, series, dark };
  const specs = parts.map((part) => draw(part, given));
  const whole = specs.length === 1 ? specs[0] : { vconcat: specs, resolve: { scale: { y: "independent", x: "independent", color: kind === "tiles" ? "independent" : "shared" } } };
  return { ...whole, config: config(c), autosize: specs.length === 1 && kind === "line" ? { type: "fit-x", contains: "padding" } : undefined };
};

const datum = (p, words, name) => ({
  k: p.k, series: name, x: p.year, y: p.value * words.scale(p), lo: (p.low ?? p.value) * words.scale(p), hi: (p.high ?? p.value) * words.scale(p),
  firm: p.status === "A" || !p.status,
  tip: { [words.t("place")]: name, [words.t("year")]: String(p.year), [words.t("value")]: `${words.value(p)} ${words.interval(p)}`.trim(),
    ...(p.release ? { [words.t("release")]: words.release(p.release) } : {}), ...(p.status && p.status !== "A" ? { [words.t("status")]: words.status(p.status) } : {}) },
});

const tooltips = (rows) => {
  const keys = [...new Set(rows.flatMap((r) => Object.keys(r.tip)))];
  for (const r of rows) for (const k of keys) r[`tip_${keys.indexOf(k)}`] = r.tip[k] ?? "";
  for (const r of rows) delete r.tip;
  return keys.map((k, n) => ({ field: `tip_${n}`, title: k, type: "nominal" }));
};

const wide = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7.5), 0); // pixels of a legend's label

const line = (part, { c, style, scale, colour, width, words, legend, series }) => {
  const names = new Map(series.map((s) => [s.code, s.name]));
  const rows = part.points.map((p) => datum(p, words, names.get(p.series)));
  const tooltip = tooltips(rows);
  const years = rows.map((r) => r.x);
  const [from, to] = [Math.min(...years), Math.max(...years)];
  const x = { field: "x", type: "quantitative", scale: { domain: [from - 0.5, to + 0.5], nice: false, zero: false },
    axis: { format: "d", tickMinStep: 1, title: null, labelFlush: false, labelOverlap: "greedy", labelSeparation: 6 } };
  const y = { field: "y", type: "quantitative", scale: { zero: part.zero, nice: true }, axis: { title: null, format: ",~f", tickCount: 6 } };
  const full = [];
  for (const s of series) { // a null where a year is missing ends the line
    const mine = rows.filter((r) => r.series === s.name).sort((a, b) => a.x - b.x);
    mine.forEach((r, n) => { if (n && r.x > mine[n - 1].x + 1) full.push({ series: s.name, x: mine[n - 1].x + 1, y: null }); full.push(r); });
  }
  const columns = Math.floor(width / (40 + Math.max(...series.map((s) => wide(s.name)))));
  const shown = legend ? { symbolStrokeWidth: 0, labelLimit: width - 40, ...(columns < 2 ? { direction: "vertical", columns: 1 } : { direction: "horizontal", columns }) } : null; // the same for all channels: Vega-Lite then makes one legend of them
  const color = { ...colour, legend: shown };
  const dash = { field: "series", type: "nominal", scale: scale(style.map((s) => s[2])), legend: shown };
  const shape = { field: "series", type: "nominal", scale: scale(style.map((s) => s[1])), legend: shown };
  const layer = [];
  if (part.breaks.length) {
    layer.push({ data: { values: part.breaks.map((b) => ({ x: b.year - 0.5, text: b.text })) }, mark: { type: "rule", strokeDash: [3, 3], color: c.warn, strokeWidth: 1.5, tooltip: true },
      encoding: { x: { field: "x", type: "quantitative" }, tooltip: [{ field: "text", title: words.t("break") }] } });
    layer.push({ data: { values: part.breaks.map((b) => ({ x: b.year - 0.5 })) }, mark: { type: "text", text: "B", color: c.warn, fontWeight: "bold", dx: 4, dy: 3, align: "left", baseline: "top" },
      encoding: { x: { field: "x", type: "quantitative" }, y: { value: 0 } } });
  }
  if (part.gaps.length) {
    layer.push({ data: { values: part.gaps.map((g) => ({ x: g.year, series: names.get(g.place), tip: g.text })) },
      mark: { type: "point", shape: HATCH, size: 40, strokeWidth: 1.2, opacity: 0.9 },
      encoding: { x: { field: "x", type: "quantitative" }, y: { value: { expr: "height - 4" } }, color,
        tooltip: [{ field: "series", title: words.t("place") }, { field: "x", title: words.t("year") }, { field: "tip", title: words.t("gap") }] } });
  }
  layer.push({ data: { values: full }, mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color, strokeDash: dash } });
  layer.push({ data: { values: rows }, mark: { type: "rule", strokeWidth: 5, opacity: 0.35 }, encoding: { x, y: { ...y, field: "lo" }, y2: { field: "hi" }, color } });
  layer.push({ data: { values: rows }, mark: { type: "point", filled: true, size: 60, opacity: 1, cursor: "pointer" }, encoding: { x, y, shape, color, tooltip } });
  if (rows.some((r) => !r.firm)) { // hollow: a smaller point of the paper's colour on top
    layer.push({ data: { values: rows.filter((r) => !r.firm) }, mark: { type: "point", filled: true, size: 18, opacity: 1, color: c.paper, cursor: "pointer" }, encoding: { x, y, shape, tooltip } });
  }
  return { width: width, height: Math.round(Math.max(220, Math.min(400, width * 0.5))), title: title(part.title, c), layer };
};

const bar = (part, { c, style, colour, width, words, series }) => {
  const names = new Map(series.map((s) => [s.code, s.name]));
  const rows = part.points.map((p) => ({ ...datum(p, words, names.get(p.series)), label: `${words.value(p)}` }));
  const tooltip = tooltips(rows);
  const order = [...rows].sort((a, b) => b.y - a.y).map((r) => r.series);
  const y = { field: "series", type: "nominal", sort: order, axis: { title: null, labelColor: c.ink, labelLimit: Math.min(220, width * 0.4), labelFontSize: 12 } };
  const x = { field: "y", type: "quantitative", axis: { title: null, format: ",~f", tickCount: Math.max(2, Math.round(width / 130)), labelFlush: true }, scale: { zero: true } };
  const encoding = { x, y };
  return { width, height: { step: rows.length > 14 ? 20 : 26 }, title: title(part.title, c), data: { values: rows }, encoding: { y },
    layer: [
      { mark: { type: "bar", cursor: "pointer", height: { band: 0.72 } }, encoding: { x, tooltip, color: { ...colour, legend: null },
        fillOpacity: { condition: { test: "!datum.firm", value: 0.45 }, value: 1 } } },
      { mark: { type: "rule", strokeWidth: 2, color: c.ink }, encoding: { x: { ...x, field: "lo" }, x2: { field: "hi" } } },
      { mark: { type: "text", align: "left", dx: 5, fontSize: 11, color: c.soft }, encoding: { x: { ...x, field: "hi" }, text: { field: "label" } } },
    ] };
};

const tileGrid = (part, { c, width, words, tiles, dark }) => {
  const by = new Map(part.points.map((p) => [p.place, p]));
  const rows = Object.entries(tiles).map(([place, [row, col]]) => {
    const p = by.get(place);
    const base = { place, row, col, name: words.place(place), series: words.place(place) };
    return p ? { ...base, ...datum(p, words, words.place(place)), label: short(p.value * words.scale(p)) }
      : { ...base, y: null, label: "", tip: { [words.t("place")]: words.place(place), [words.t("value")]: words.t("not_held") } };
  });
  const tooltip = tooltips(rows);
  const size = Math.floor(Math.min(width / 8, 78));
  const given = rows.filter((r) => r.y !== null).map((r) => r.y).sort((a, b) => a - b);
  const signed = given[0] < 0;
  const scheme = signed ? "blueorange" : dark ? "darkblue" : "blues";
  const colour = { field: "y", type: "quantitative",
    scale: signed ? { scheme, domainMid: 0, reverse: true } : { scheme, type: given[0] > 0 && given.at(-1) / given[0] > 30 ? "log" : "linear" },
    legend: { title: null, orient: "top", gradientLength: Math.min(260, width - 30), format: ",~s", direction: "horizontal", columns: 1 } };
  const encoding = { x: { field: "col", type: "ordinal", axis: null, scale: { paddingInner: 0.06 } }, y: { field: "row", type: "ordinal", axis: null, scale: { paddingInner: 0.06 } } };
  const log = !signed && given[0] > 0 && given.at(-1) / given[0] > 30;
  const f = log ? Math.log : (v) => v;
  const strong = (y) => (signed ? (y > 0 ? y / given.at(-1) : y / given[0]) : (f(y) - f(given[0])) / (f(given.at(-1)) - f(given[0]) || 1)) > 0.58;
  for (const r of rows) r.text = r.y !== null && (strong(r.y) || (dark && signed)) !== (dark && !signed) ? "#ffffff" : r.y === null ? c.ink : dark && !signed ? (strong(r.y) ? "#101418" : "#ffffff") : dark ? "#101418" : c.ink;
  const text = { field: "text", type: "nominal", scale: null };
  return { width: size * 8, height: size * 8, title: title(part.title, c), data: { values: rows }, encoding, resolve: { scale: { color: "independent" }, legend: { color: "independent" } },
    layer: [
      { transform: [{ filter: "datum.y === null" }], mark: { type: "rect", fill: "transparent", stroke: c.soft, strokeDash: [2, 3] }, encoding: { tooltip } },
      { transform: [{ filter: "datum.y !== null" }], mark: { type: "rect", cursor: "pointer" }, encoding: { color: colour, tooltip,
        stroke: { condition: { test: "indexof(['110000','120000','130000'], datum.place) >= 0", value: c.warn }, value: null }, strokeWidth: { value: 2.5 } } },
      { mark: { type: "text", dy: -7, fontSize: words.zh ? 12 : size > 60 ? 9.5 : 7, fontWeight: "bold", interactive: false, limit: size - 4 }, encoding: { text: { field: "name" }, color: text } },
      { mark: { type: "text", dy: 9, fontSize: size > 60 ? 11.5 : 9.5, interactive: false }, encoding: { text: { field: "label" }, color: text } },
    ] };
};

// four characters or so
const short = (v) => {
  const a = Math.abs(v);
  if (a >= 1e6) return `${(v / 1e6).toPrecision(3)}M`;
  if (a >= 1e4) return `${(v / 1e3).toPrecision(3)}k`;
  return a >= 100 ? v.toFixed(0) : a >= 10 ? v.toFixed(1) : v.toFixed(2);
};

export const paint = async (place, made, label, clicked) => {
  const { view } = await window.vegaEmbed(place, made, { mode: "vega-lite", renderer: "svg", actions: false });
  const svg = place.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  view.addEventListener("click", (_, item) => { if (item?.datum?.k !== undefined) clicked(item.datum.k); });
  return view;
};
