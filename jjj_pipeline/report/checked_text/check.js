// The checked text: choose a language, filter by verdict, open one figure. All texts are set as text, never as markup.
"use strict";
const read = id => JSON.parse(document.getElementById(id).textContent);
const words = read("words"), statuses = read("statuses"), data = read("data");
const root = document.documentElement, panel = document.getElementById("panel");
const signs = {confirmed: "✓", contradicted: "✗", open: "?", unchecked: "·"};
let language = "zh", chosen = null, filter = "";

const make = (tag, text = "", className = "") => {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
};
const say = text => (typeof text === "string" ? text : text[language] || "");

function describe(d) {
  const nodes = [];
  const close = make("button", say(words.close), "close");
  close.type = "button";
  close.addEventListener("click", () => choose(null, true));
  const title = make("h2", d.bound + d.literal);
  title.id = "panel-title";
  nodes.push(close, title, make("p", `${signs[d.status]} ${say(statuses[d.status])}`, `verdict ${d.status}`));
  if (d.repair) nodes.push(make("p", `${say(words.repair)} ${d.repair}`, "repair"));
  const list = make("dl");
  const row = (name, value) => { if (value) list.append(make("dt", say(words[name])), make("dd", value)); };
  row("kind", say(d.kind)); row("measure", say(d.measure)); row("place", say(d.place)); row("year", d.year);
  row("value", d.value ? `${d.value} ${d.interval}`.trim() : "");
  row("inside", d.inside ? `${d.inside} (${d.figures.join("; ")})` : "");
  row("why", say(d.why));
  row("carried", d.carried.map(say).join(language === "zh" ? "、" : ", "));
  nodes.push(list);
  if (d.cells.length) {
    nodes.push(make("h3", say(words.cells)));
    const table = make("table"), body = make("tbody"), head = make("tr");
    ["place", "year", "printed", "release", "file"].forEach(n => { const th = make("th", say(words[n])); th.scope = "col"; head.append(th); });
    const top = make("thead"); top.append(head);
    d.cells.forEach(c => {
      const tr = make("tr");
      [say(c.place), c.year, c.printed, c.release, c.cell ? `${c.file}, ${c.cell}` : c.file].forEach(t => tr.append(make("td", t)));
      body.append(tr);
    });
    table.append(top, body);
    const scroll = make("div", "", "scroll"); scroll.tabIndex = 0; scroll.setAttribute("role", "group"); scroll.setAttribute("aria-label", say(words.cells));
    scroll.append(table);
    nodes.push(scroll);
    if (d.more) nodes.push(make("p", say(words.more).replace("{n}", d.more), "hint"));
  }
  return nodes;
}

function choose(id, back = false) {
  if (chosen !== null) {
    const before = document.getElementById(`m${chosen}`);
    before.setAttribute("aria-expanded", "false");
    if (back) before.focus();
  }
  chosen = id;
  panel.classList.toggle("shown", id !== null);
  if (id === null) {
    const title = make("h2", say(words.panel)); title.id = "panel-title";
    panel.replaceChildren(title, make("p", say(words.hint), "hint"));
    return;
  }
  const mark = document.getElementById(`m${id}`);
  mark.setAttribute("aria-expanded", "true");
  if (getComputedStyle(panel).position === "fixed") mark.scrollIntoView({block: "start"});
  panel.replaceChildren(...describe(data[id]));
  panel.scrollTop = 0;
}

function apply(status) {
  filter = status;
  document.body.classList.toggle("filtered", status !== "");
  document.querySelectorAll("[data-filter]").forEach(b => b.setAttribute("aria-pressed", String(b.dataset.filter === status)));
  document.querySelectorAll(".mark, .margin span").forEach(m => m.classList.toggle("kept", m.classList.contains(status)));
  document.querySelectorAll("tr[data-status]").forEach(r => { r.hidden = status !== "" && r.dataset.status !== status; });
}

function speak(to) {
  language = to;
  root.dataset.lang = to;
  root.lang = to === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-set]").forEach(b => b.setAttribute("aria-pressed", String(b.dataset.set === to)));
  choose(chosen);
}

document.querySelectorAll("[data-set]").forEach(b => b.addEventListener("click", () => speak(b.dataset.set)));
document.querySelectorAll("[data-filter]").forEach(b => b.addEventListener("click", () => apply(b.dataset.filter)));
document.querySelectorAll(".mark").forEach(m => m.addEventListener("click", () => choose(chosen === Number(m.dataset.id) ? null : Number(m.dataset.id))));
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && chosen !== null) choose(null, true);
  const step = {n: 1, p: -1}[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const marks = [...document.querySelectorAll(filter ? `.mark.${filter}` : ".mark")];
  if (!marks.length) return;
  const at = marks.findIndex(m => Number(m.dataset.id) === chosen);
  const next = marks[(at + step + marks.length) % marks.length] || marks[0];
  next.focus();
  choose(Number(next.dataset.id));
});
if ((root.dataset.start || navigator.language.slice(0, 2)) !== "zh") speak("en");
