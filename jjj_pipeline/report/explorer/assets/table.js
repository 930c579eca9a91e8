// Points as tables that are read and clicked without a mouse: years down and places across, or places by rank.

const element = (tag, given = {}, ...children) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(given)) {
    if (k === "onclick") e.addEventListener("click", v);
    else if (k === "text") e.textContent = v;
    else if (v !== null && v !== undefined && v !== false) e.setAttribute(k, v);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
};
export { element };

const cell = (p, words, clicked) => {
  if (!p) return element("td", { class: "missing" }, element("span", { "aria-label": words.t("not_held"), text: "–" }));
  const interval = words.interval(p);
  const status = p.status && p.status !== "A" ? element("abbr", { class: "flag", title: words.status(p.status), text: p.status }) : null;
  return element("td", { class: "number" }, element("button", { type: "button", class: "figure-button", onclick: () => clicked(p.k), text: words.value(p) }), status,
    interval ? element("small", { text: interval }) : null);
};

export const byYear = (part, series, words, clicked, gap) => {
  const years = [...new Set([...part.points.map((p) => p.year), ...part.gaps.map((g) => g.year)])].sort((a, b) => b - a);
  const at = new Map(part.points.map((p) => [`${p.series}/${p.year}`, p]));
  const shown = series.filter((s) => part.points.some((p) => p.series === s.code) || part.gaps.some((g) => g.place === s.code));
  const broken = new Set(part.breaks.map((b) => b.year));
  const head = element("tr", {}, element("th", { scope: "col", text: words.t("year") }), ...shown.map((s) => element("th", { scope: "col", class: "number", text: s.name })));
  const rows = years.map((year) => element("tr", {}, element("th", { scope: "row" }, String(year), broken.has(year) ? element("abbr", { class: "flag", title: words.t("break"), text: "B" }) : null),
    ...shown.map((s) => {
      const p = at.get(`${s.code}/${year}`);
      const td = cell(p, words, clicked);
      if (!p) td.title = gap(s.code, year);
      return td;
    })));
  return element("table", {}, element("caption", { class: "unseen", text: part.title }), element("thead", {}, head), element("tbody", {}, ...rows));
};

export const byRank = (part, series, words, clicked, releases) => {
  const names = new Map(series.map((s) => [s.code, s.name]));
  const points = [...part.points].sort((a, b) => b.value - a.value);
  const head = element("tr", {}, ...[["rank", "number"], ["place", ""], ["value", "number"], ["release", ""]].map(([key, cls]) => element("th", { scope: "col", class: cls || null, text: words.t(key) })));
  let rank = 0;
  const rows = points.map((p, n) => {
    if (n === 0 || p.value !== points[n - 1].value) rank = n + 1;
    return element("tr", {}, element("td", { class: "number", text: String(rank) }), element("th", { scope: "row", text: names.get(p.series) }), cell(p, words, clicked),
      element("td", { text: releases(p) }));
  });
  return element("table", { class: "ranks" }, element("caption", { class: "unseen", text: part.title }), element("thead", {}, head), element("tbody", {}, ...rows));
};
