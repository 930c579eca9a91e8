// Controls, address, and what is shown for a state. The first module that runs.

import { load, json, script } from "explorer/store.js";
import { DEFAULT, read, written } from "explorer/state.js";
import { Views, VIEWS } from "explorer/views.js";
import { Words } from "explorer/words.js";
import { spec, paint } from "explorer/chart.js";
import { byYear, byRank, element } from "explorer/table.js";
import { detail } from "explorer/detail.js";
import { long, wide, sql, save } from "explorer/download.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const given = JSON.parse($("given").textContent); // texts, palette, tiles, themes, breaks
const words = new Words({ place: [], industry: [], source: [], release: [], indicator: [], intensity: [], table: [] }, given.texts);
const dark = matchMedia("(prefers-color-scheme: dark)");
let state = read(location.hash);
let names, views, intensities, view, points = [], parts = [], shown = [];

// ---- language
const stored = () => { try { return localStorage.getItem("jjj-language"); } catch { return null; } };
const speak = (lang) => {
  words.lang = lang;
  root.dataset.lang = lang;
  root.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = words.t("title");
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = words.t(e.dataset.t);
  for (const e of document.querySelectorAll("[data-t-label]")) e.setAttribute("aria-label", words.t(e.dataset.tLabel));
  for (const e of document.querySelectorAll("[data-t-placeholder]")) e.placeholder = words.t(e.dataset.tPlaceholder);
  for (const b of document.querySelectorAll("[data-language]")) b.setAttribute("aria-pressed", String(b.dataset.language === lang));
};
const asked = new URLSearchParams(location.search).get("lang") || stored();
speak(["zh", "en"].includes(asked) ? asked : navigator.language.startsWith("zh") ? "zh" : "en");

if (innerWidth <= 820) $("chooser").open = false;

// ---- what may be chosen
const measures = () => [...names.indicator.map((r) => r[0]).filter((m) => views.tables.observation.has(m)), ...names.intensity.map((r) => r[0]).filter((m) => views.tables.intensity.has(m))];
const theme = (measure) => intensities[measure] ? "ratios" : given.themes.find(([, pattern]) => new RegExp(pattern).test(measure))[0];
const option = (value, text, more = {}) => element("option", { value, text, ...more });

const fillMeasures = () => {
  const sought = $("search").value.trim().toLowerCase();
  const matching = measures().filter((m) => !sought || sought.split(/\s+/).every((word) => `${m} ${[names.byMeasure.get(m)[1], names.byMeasure.get(m)[2]].join(" ")}`.toLowerCase().includes(word)));
  const groups = Map.groupBy(matching, theme);
  $("measure").replaceChildren(...given.order.filter((k) => groups.has(k)).map((k) => element("optgroup", { label: words.t(`theme_${k}`) },
    ...groups.get(k).map((m) => option(m, words.measure(m), { title: words.measure(m) })))));
  $("found").textContent = words.t("found", { n: matching.length });
  for (const o of $("measure").options) o.selected = state.m.at(-1) === o.value;
};

const fillChosen = () => {
  $("chosen").replaceChildren(...state.m.map((m) => element("li", {}, element("span", { text: words.measure(m) }),
    state.m.length > 1 ? element("button", { type: "button", "aria-label": words.t("remove", { name: words.measure(m) }), text: "×", onclick: () => change({ m: state.m.filter((x) => x !== m) }) }) : null)));
};

const fillPlaces = () => {
  const held = new Set(state.m.flatMap((m) => views.places(state, m)));
  for (const p of state.p) held.add(p);
  const kinds = Map.groupBy([...held], (p) => (p.includes(">") ? "flow" : names.byPlace.get(p)?.[3] ?? "node"));
  const open = new Set([...$("places").querySelectorAll("details[open]")].map((d) => d.dataset.kind));
  const order = ["province", "group", "nation", "city", "flow", "node", "abroad"];
  const box = (p) => element("label", {}, Object.assign(element("input", { type: "checkbox", value: p }), { checked: state.p.includes(p) }), words.place(p));
  const sorted = (codes) => codes.sort((a, b) => (["110000", "120000", "130000", "JJJ"].indexOf(b) - ["110000", "120000", "130000", "JJJ"].indexOf(a) && (rank(a) - rank(b))) || (a < b ? -1 : 1));
  const rank = (c) => { const n = ["110000", "120000", "130000", "JJJ", "YRD", "GBA", "CN"].indexOf(c); return n < 0 ? 99 : n; };
  const first = !$("places").children.length;
  $("places").replaceChildren(...order.filter((k) => kinds.has(k)).map((k) => {
    const codes = sorted(kinds.get(k));
    const d = element("details", { "data-kind": k }, element("summary", { text: `${words.t(`kind_${k}`)} (${codes.filter((c) => state.p.includes(c)).length}/${codes.length})` }), element("div", { class: "boxes" }, ...codes.map(box)));
    d.open = first ? codes.some((c) => state.p.includes(c)) && innerWidth > 720 : open.has(k);
    return d;
  }));
  const quick = [["jjj", ["110000", "120000", "130000"]], ["regions", ["JJJ", "YRD", "GBA", "CN"]], ["provinces", Object.keys(given.tiles)], ["none", []]];
  $("quick").replaceChildren(...quick.map(([key, codes]) => element("button", { type: "button", class: "small", text: words.t(`quick_${key}`), onclick: () => change({ p: codes.filter((c) => !codes.length || held.has(c)) }) })));
};

const select = (id, options, value) => {
  const box = $(id);
  box.replaceChildren(...options.map(([v, text, off]) => option(v, text, { disabled: off || null })));
  box.value = value;
  box.disabled = options.filter(([, , off]) => !off).length < 2;
};

const span = () => {
  const years = state.m.flatMap((m) => views.points({ ...state, y: [0, 0] }, m).map((p) => p.year));
  return years.length ? [Math.min(...years), Math.max(...years)] : [0, 0];
};

const placesOf = ({ c, p }) => (c === "tiles" ? Object.keys(given.tiles) : p);

const fillSelects = () => {
  const able = state.m.map((m) => views.of(m, state.i));
  select("view", VIEWS.map((v) => [v, words.t(`v_${v}`), !able.some((a) => a.includes(v))]), state.v);
  const industries = [...new Set(state.m.flatMap((m) => views.industries(m)))].sort();
  $("industry-row").hidden = industries.length < 2;
  select("industry", industries.map((i) => [i, words.industry(i)]), state.i);
  $("whole-row").hidden = state.v !== "share";
  select("whole", [...new Set(state.m.flatMap((m) => views.wholes(m)))].map((w) => [w, words.place(w)]), state.o);
  $("inequality-row").hidden = state.v !== "disparity";
  select("inequality", ["cv", "gini", "theil_t", "max_min"].map((d) => [d, words.t(`d_${d}`)]), state.d);
  const releases = [...new Set(state.m.flatMap((m) => views.releases(m)))].sort().reverse();
  const fixed = !["value", "index"].includes(state.v);
  select("release", [["default", words.t("r_default")], ["all", words.t("r_all"), fixed], ...releases.map((r) => [r, words.release(r), fixed])], fixed ? "default" : state.r);
  $("release").disabled = fixed || !releases.length;
  $("release-note").hidden = !fixed;
  const [from, to] = span();
  const years = from ? Array.from({ length: to - from + 1 }, (_, n) => from + n) : [];
  select("from", years.map((y) => [y, String(y)]), state.y[0] >= from && state.y[0] <= to ? state.y[0] : from);
  select("to", years.map((y) => [y, String(y)]), state.y[1] >= from && state.y[1] <= to ? state.y[1] : to);
  const held = Map.groupBy(state.m.flatMap((m) => views.points({ ...state, p: placesOf(state), y: [0, 0] }, m)), (p) => p.year);
  const withFigures = [...held.keys()].sort((a, b) => b - a);
  const most = Math.max(...[...held.values()].map((of) => of.length));
  if (!held.has(state.t)) state.t = withFigures.find((y) => held.get(y).length >= most / 2) ?? 0; // not a year of which one place is held
  select("year", withFigures.map((y) => [y, String(y)]), state.t);
  $("span-row").hidden = state.c !== "line";
  $("year-row").hidden = state.c === "line";
  for (const b of document.querySelectorAll("[name=kind]")) b.checked = b.value === state.c;
};

// ---- what is shown
const gapText = (measure, place, year) => {
  const reason = state.i === "*" ? views.reason(measure, place, year) : null;
  return reason ? words.t(`reason_${reason.replaceAll(" ", "_")}`) : words.t("not_held");
};

const compute = () => {
  const kind = state.c;
  const places = placesOf(state);
  parts = state.m.map((measure) => {
    const y = kind === "line" ? state.y : [state.t, state.t];
    let found = views.points({ ...state, p: places, y: ["index", "constant"].includes(state.v) ? (kind === "line" ? state.y : [0, 0]) : y }, measure);
    if (kind !== "line") found = found.filter((p) => p.year === state.t);
    const years = found.map((p) => p.year);
    const view = found[0]?.view ?? (views.of(measure, state.i).includes(state.v) ? state.v : "value");
    const unit = words.viewUnit(view, measure, state.d);
    const [from, to] = [Math.min(...years), Math.max(...years)];
    const name = words.measure(measure) + (state.i !== "*" && views.industries(measure).length > 1 ? ` · ${words.industry(state.i)}` : "");
    const asView = view === "value" ? "" : view === "share" ? words.t("title_share", { whole: words.place(found[0]?.whole ?? state.o) })
      : view === "constant" ? words.t("title_constant", { base: found[0]?.base?.year ?? "" }) : view === "index" ? words.t("title_index", { base: found[0]?.base?.year ?? "" }) : words.t(`title_${view}`, { d: words.t(`d_${state.d}`) });
    const when = !years.length ? "" : from === to ? String(from) : `${from}–${to}`;
    return {
      measure, view, unit, kind, places, from, to, whole: found[0]?.whole, points: found,
      title: [name + (asView ? (words.zh ? `（${asView}）` : `, ${asView}`) : ""), unit, when].filter(Boolean).join(words.zh ? "，" : ", "),
      heading: name, asView,
      gaps: kind === "line" && state.r !== "all" ? views.gaps(found, places.filter((p) => found.some((f) => f.place === p))).map((g) => ({ ...g, text: gapText(measure, g.place, g.year) })) : [],
      breaks: kind === "line" ? views.breaksOf(measure, places, from, to).map((b) => ({ ...b, text: `${b.year}: ${words.zh ? b.zh : b.en}` })) : [],
      zero: ["value", "per_head", "constant", "share", "disparity"].includes(view) && found.every((p) => p.value >= 0),
      absent: places.filter((p) => !found.some((f) => f.place === p)),
    };
  });
  points = parts.flatMap((p) => p.points);
  points.forEach((p, k) => { p.k = k; });
  const codes = [...new Set(points.map((p) => p.series))];
  const origins = new Set(codes.map((code) => code.split("|")[1]?.split("/")[0]));
  shown = codes.map((code) => {
    const [place, release] = code.split("|");
    return { code, name: release ? `${codes.some((c) => c.split("|")[0] !== place) ? `${words.place(place)} · ` : ""}${words.release(release, origins.size === 1)}` : words.place(place) };
  });
  for (const part of parts) part.names = new Map(shown.map((s) => [s.code, s.name]));
};

const notes = () => {
  const out = [];
  for (const part of parts) {
    const about = parts.length > 1 ? `${part.heading}: ` : "";
    if (!part.points.length) { out.push(about + words.t("nothing")); continue; }
    if (part.view !== state.v && state.v !== "value") out.push(about + words.t("no_view", { view: words.t(`v_${state.v}`) }));
    if (part.absent.length && part.kind !== "tiles") out.push(about + words.t("absent", { places: words.list(part.absent.map((p) => words.place(p))) }));
    for (const b of part.breaks) out.push(`${about}B ${b.text}`);
    const odd = Map.groupBy(part.points.filter((p) => p.status && p.status !== "A"), (p) => p.status);
    if (odd.size) out.push(about + words.t("statuses", { list: words.list([...odd].map(([s, of]) => `${s} ${words.status(s)} (${of.length})`)) }));
    if (part.gaps.length) {
      const by = Map.groupBy(part.gaps, (g) => `${g.place}|${g.text}`);
      out.push(about + words.t("gaps", { list: [...by].map(([key, g]) => { const [place, text] = key.split("|"); return `${words.place(place)} ${g.map((x) => x.year).join(", ")}${text !== words.t("not_held") ? ` (${text})` : ""}`; }).join("; ") }));
    }
    const definition = words.definition(part.measure);
    if (definition) out.push(about + definition);
    if (part.view !== "value") out.push(about + words.t(`how_${intensities[part.measure] ? "intensity" : part.view}`, { whole: part.whole ? words.place(part.whole) : "", base: part.points[0]?.base?.year ?? "", unit: words.unit(words.unitOf(part.measure)) }));
    const crosses = part.points.filter((p) => p.crosses);
    if (crosses.length) out.push(about + words.t("crosses", { years: [...new Set(crosses.map((p) => p.year))].sort().join(", ") }));
    const periods = part.kind === "line" ? views.periods(part.measure, state.p) : [];
    if (periods.length) out.push(about + words.t("periods", { list: periods.map((r) => `${words.place(r.place)} ${r.year}: ${r.printed} ${words.unit(r.printed_unit)}${r.status === "A" ? "" : ` (${r.status})`}`).join("; ") }));
  }
  return out;
};

const sources = () => {
  const used = new Set(points.flatMap((p) => views.sources(p, state, intensities)));
  const by = Map.groupBy([...used], (r) => r.split("/")[0]);
  return [...by].map(([source, releases]) => {
    const editions = releases.filter((r) => r.includes("/")).sort().map((r) => words.release(r, true)).filter(Boolean);
    const listed = editions.length > 4 ? `${editions[0]} … ${editions.at(-1)}` : words.list(editions);
    return words._name(words.source_, source) + (listed && (words.zh ? "：" : ": ") + listed);
  }).join(words.zh ? "；" : "; ");
};

const heading = () => words.list([...new Set(parts.map((p) => p.heading + (p.asView ? (words.zh ? `（${p.asView}）` : `, ${p.asView}`) : "")))]);

let turn = 0;
const show = async () => {
  const started = performance.now();
  const mine = ++turn;
  compute();
  $("heading").textContent = heading();
  $("subheading").textContent = [state.c === "tiles" ? words.t("kind_province") : words.list(state.p.slice(0, 8).map((p) => words.place(p))) + (state.p.length > 8 ? " …" : ""), parts.map((p) => (p.points.length ? (p.from === p.to ? p.from : `${p.from}–${p.to}`) : "")).filter((v, n, all) => v && all.indexOf(v) === n).join(", ")].filter(Boolean).join(words.zh ? "；" : "; ");
  const drawable = parts.filter((p) => p.points.length);
  const chart = $("chart");
  const width = Math.max(280, chart.clientWidth - 2);
  $("empty").hidden = drawable.length > 0;
  for (const id of ["svg", "png", "csv", "xlsx"]) $(id).disabled = !drawable.length;
  chart.hidden = !drawable.length || state.c === "ranks";
  if (!chart.hidden) {
    const made = spec(state.c, drawable.length > 1 ? drawable : drawable.map((p) => ({ ...p, title: p.unit })), shown, words, given.palette, width, given.tiles, dark.matches);
    const label = words.t("chart_label", { title: `${heading()}; ${$("subheading").textContent}` });
    view?.finalize();
    view = await paint(chart, made, label, open);
    if (mine !== turn) return;
  }
  $("notes").replaceChildren(...notes().map((note) => element("li", note.text ? note : { text: note })));
  $("sources").textContent = drawable.length ? words.t("sources", { list: sources() }) : "";
  $("tables").replaceChildren(...drawable.map((part) => element("div", {}, drawable.length > 1 || state.c === "ranks" ? element("h3", { text: part.title }) : null,
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": part.title }, state.c === "line" ? byYear(part, shown, words, open, (place, year) => gapText(part.measure, place.split("|")[0], year)) : byRank(part, shown, words, open, (p) => words.list(views.sources(p, state, intensities).map((r) => words.release(r))))))));
  $("query").textContent = sql(state, drawable, views, intensities);
  root.dataset.change = String(Math.round(performance.now() - started)); // milliseconds, for who measures
  root.dataset.drawn = `${words.lang} ${location.hash}`;
};

const open = (k) => {
  const box = $("detail");
  box.hidden = false;
  $("detail-body").replaceChildren(...detail(points[k], state, views, intensities, words, copy));
  $("detail-title").focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
};
const close = () => { $("detail").hidden = true; };

const copy = async (text, button) => {
  try { await navigator.clipboard.writeText(text); } catch {
    const area = element("textarea", {}); area.value = text; document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
  }
  $("copied").textContent = words.t("copied");
  if (button) { const was = button.textContent; button.textContent = words.t("copied"); setTimeout(() => { button.textContent = was; }, 1200); }
};

// ---- from controls to state
const valid = () => {
  const known = new Set(measures());
  state.m = state.m.filter((m) => known.has(m)).slice(0, 4);
  if (!state.m.length) state.m = [...DEFAULT.m];
  const industries = new Set(state.m.flatMap((m) => views.industries(m)));
  if (!industries.has(state.i) && !(state.i === "*" && !industries.size)) state.i = industries.has("*") || !industries.size ? "*" : [...industries][0];
  if (!state.m.some((m) => views.of(m, state.i).includes(state.v))) state.v = "value";
  if (!["line", "bar", "ranks", "tiles"].includes(state.c)) state.c = "line";
  if (state.r !== "default" && (!["value", "index"].includes(state.v) || (state.r !== "all" && !state.m.some((m) => views.releases(m).includes(state.r))))) state.r = "default";
  const held = new Set(state.m.flatMap((m) => views.places({ ...state, r: "default" }, m)));
  if (!state.p.some((p) => held.has(p))) { // what was chosen says nothing of this measure
    const figures = Map.groupBy(state.m.flatMap((m) => views.points({ ...state, p: [...held], y: [0, 0] }, m)), (p) => p.place);
    const fullest = [...held].sort((a, b) => (figures.get(b)?.length ?? 0) - (figures.get(a)?.length ?? 0)).slice(0, 3);
    const rest = [["110000", "120000", "130000"], ["JJJ"], fullest].find((codes) => codes.some((c) => held.has(c))) ?? [];
    state.p = rest.filter((c) => held.has(c));
  }
  if (state.y[0] && state.y[1] && state.y[0] > state.y[1]) state.y.reverse();
};

const refresh = async (push = true) => {
  valid();
  fillSelects();
  const hash = written(state);
  if (push && hash !== location.hash) history.replaceState(null, "", hash);
  await show();
  fillChosen(); fillPlaces();
};
const change = (changes) => { state = { ...state, ...changes }; close(); return refresh(); };

const start = async () => {
  const tables = await load(given.tables);
  names = await json("data-names");
  names.byMeasure = new Map([...names.indicator, ...names.intensity].map((r) => [r[0], r]));
  names.byPlace = new Map(names.place.map((r) => [r[0], r]));
  Object.assign(words, new Words(names, given.texts), { lang: words.lang });
  intensities = Object.fromEntries(names.intensity.map(([code, , , , numerator, denominator]) => [code, { numerator, denominator }]));
  const groups = Object.fromEntries(names.group);
  views = new Views(tables, groups, given.breaks, Object.fromEntries(Object.entries(intensities).map(([m, { numerator, denominator }]) => [m, [numerator, denominator]])));
  const run = element("script", {});
  run.textContent = await script("vega");
  document.head.append(run);
  fillMeasures();
  await refresh(false);
  $("controls").removeAttribute("aria-busy");

  $("search").addEventListener("input", fillMeasures);
  $("measure").addEventListener("change", () => change({ m: [$("measure").value] }));
  $("add").addEventListener("click", () => { const m = $("measure").value; if (m && !state.m.includes(m)) change({ m: [...state.m, m].slice(-4) }); });
  for (const [id, key] of [["view", "v"], ["industry", "i"], ["whole", "o"], ["inequality", "d"], ["release", "r"]]) $(id).addEventListener("change", () => change({ [key]: $(id).value }));
  $("view").addEventListener("change", () => { if ($("view").value === "disparity" && !state.p.some((p) => groups[p])) change({ v: "disparity", p: ["JJJ", "YRD", "PROV31"] }); });
  $("year").addEventListener("change", () => change({ t: Number($("year").value) }));
  for (const id of ["from", "to"]) $(id).addEventListener("change", () => change({ y: [Number($("from").value), Number($("to").value)] }));
  $("places").addEventListener("change", (e) => change({ p: e.target.checked ? [...state.p, e.target.value] : state.p.filter((p) => p !== e.target.value) }));
  for (const b of document.querySelectorAll("[name=kind]")) b.addEventListener("change", () => change({ c: b.value }));
  for (const b of document.querySelectorAll("[data-language]")) b.addEventListener("click", () => {
    try { localStorage.setItem("jjj-language", b.dataset.language); } catch { /* not allowed here: not remembered */ }
    speak(b.dataset.language); close(); fillMeasures(); refresh();
  });
  $("close").addEventListener("click", close);
  addEventListener("keydown", (e) => { if (e.key === "Escape") close(); });
  const file = () => `jjj_${state.m.join("_").slice(0, 60)}_${state.v}`;
  $("csv").addEventListener("click", () => save(`${file()}.csv`, long(parts, words, state, (p) => views.sources(p, state, intensities)), "text/csv;charset=utf-8"));
  $("xlsx").addEventListener("click", () => save(`${file()}_wide.csv`, wide(parts, words), "text/csv;charset=utf-8"));
  $("svg").addEventListener("click", async () => save(`${file()}.svg`, await view.toSVG(), "image/svg+xml"));
  $("png").addEventListener("click", async () => save(`${file()}.png`, await view.toImageURL("png", 2), "image/png"));
  $("link").addEventListener("click", (e) => copy(location.href, e.target));
  $("copy-sql").addEventListener("click", (e) => copy($("query").textContent, e.target));
  addEventListener("hashchange", () => { state = read(location.hash); close(); fillMeasures(); refresh(false); });
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });
  dark.addEventListener("change", () => show());
};
start().catch((error) => { $("empty").hidden = false; $("empty").textContent = `${words.t("failed")} ${error}`; throw error; });
