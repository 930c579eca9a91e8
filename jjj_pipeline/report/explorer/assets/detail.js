// What a point rests on: printed literals, half-units, releases, files and cells.

import { element } from "explorer/table.js";

const pairs = (entries) => element("dl", {}, ...entries.filter(([, v]) => v !== null && v !== "" && v !== undefined)
  .flatMap(([k, v]) => [element("dt", { text: k }), element("dd", {}, v)]));

// decimal form of a half-unit: 0.00005, never 5e-05
const plain = (v) => (v === 0 ? "0" : v.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false }));

const printedFigure = ({ measure, place, year, row }, words, copy) => {
  const table = words.table_.get(row.file);
  const title = table ? [table[1], table[2]].filter(Boolean).join("，") : "";
  const cell = `${row.file}:${row.cell}`;
  return element("section", { class: "evidence" }, element("h4", { text: `${words.place(place)} · ${words.measure(measure)} · ${year}` }), pairs([
    [words.t("printed"), element("span", {}, element("strong", { text: row.printed ?? words.t("blank") }), ` ${words.unit(row.printed_unit ?? "")}`)],
    [words.t("value"), row.value === null ? words.t("not_held") : `${words.number(row.value, 6).replace(/\.?0+$/, "")} ± ${plain(row.half_width)} ${words.unit(words.unitOf(measure))}`],
    [words.t("status"), words.status(row.status)],
    [words.t("release"), words.release(row.release)],
    [words.t("printed_in"), title],
    [words.t("footnote"), table?.[3] ?? ""],
    [words.t("cell"), element("span", {}, element("code", { text: cell }), " ", element("button", { type: "button", class: "small", onclick: (e) => copy(cell, e.target), text: words.t("copy") }))],
  ]));
};

const releases = (rows, shown, words, measure) => {
  const sorted = [...rows].sort((a, b) => b.chosen - a.chosen || (a.release < b.release ? 1 : -1));
  const base = sorted.find((r) => r.chosen === 1)?.value;
  return element("div", { class: "scroll" }, element("table", {}, element("caption", { text: words.t("all_releases", { n: rows.length }) }),
    element("thead", {}, element("tr", {}, ...["release", "printed", "value", "difference", "cell"].map((k) => element("th", { scope: "col", text: words.t(k) })))),
    element("tbody", {}, ...sorted.map((r) => element("tr", r === shown || r.release === shown?.release ? { class: "shown" } : {},
      element("th", { scope: "row" }, words.release(r.release), r.chosen === 1 ? element("small", { text: words.t("default_release") }) : null),
      element("td", { class: "number", text: `${r.printed ?? ""} ${words.unit(r.printed_unit ?? "")}` }),
      element("td", { class: "number", text: r.value === null ? "–" : `${r.value.toLocaleString("en-US", { maximumFractionDigits: 6, useGrouping: false })}${r.status === "A" ? "" : ` ${r.status}`}` }),
      element("td", { class: "number", text: r.value === null || base == null || r.chosen === 1 ? "" : (r.value - base).toLocaleString("en-US", { maximumSignificantDigits: 4, signDisplay: "exceptZero", useGrouping: false }) }),
      element("td", {}, element("code", { text: `${r.file}:${r.cell}` })))))));
};

export const detail = (point, state, views, intensities, words, copy) => {
  const name = words.measure(point.measure);
  const unit = words.viewUnit(point.view, point.measure, state.d);
  const found = views.evidence(point, state, intensities);
  const how = words.t(`how_${point.expected ? "total" : intensities[point.measure] ? "intensity" : point.view}`, {
    whole: point.whole ? words.place(point.whole) : "", base: point.base?.year ?? "", unit: words.unit(words.unitOf(point.measure)) });
  const own = views.releasesOf(point.measure, state.i, point.place, point.year);
  return [
    element("h3", { id: "detail-title", tabindex: "-1", text: `${words.place(point.place)} · ${name} · ${point.year}` }),
    element("p", { class: "big" }, element("strong", { text: words.value(point) }), ` ${unit} `, element("small", { text: words.interval(point) }),
      point.status !== "A" ? element("span", { class: "flag", text: ` ${words.status(point.status)}` }) : null),
    element("p", { class: "note", text: how }),
    point.expected ? element("p", { class: "note", text: words.t("members_of", { n: point.members, of: point.expected }) }) : null,
    ...(found.length > 3 ? [element("details", {}, element("summary", { text: words.t("rests_on", { n: found.length }) }), ...found.map((f) => printedFigure(f, words, copy)))] : found.map((f) => printedFigure(f, words, copy))),
    own.length > 1 ? releases(own, point.printed, words, point.measure) : own.length === 1 ? element("p", { class: "note", text: words.t("one_release") }) : null,
  ].filter(Boolean);
};
