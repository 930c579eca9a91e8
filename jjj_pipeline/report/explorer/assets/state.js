// What is chosen, and its form in the address: explore.html#m=rd_expenditure&p=110000,120000. No data, no drawing.

export const DEFAULT = {
  m: ["rd_expenditure"], // measures
  i: "*", // industry
  p: ["110000", "120000", "130000"], // places
  v: "value", // shown as
  o: "CN", // share of what
  d: "cv", // measure of inequality
  c: "line", // kind of chart
  y: [0, 0], // first and last year; 0: as far as there are figures
  t: 0, // year of bars, ranks and tiles; 0: the newest
  r: "default", // release
};
const LISTS = ["m", "p"];

export const read = (hash) => {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const state = structuredClone(DEFAULT);
  for (const key of Object.keys(DEFAULT)) {
    const value = given.get(key);
    if (value === null) continue;
    if (LISTS.includes(key)) state[key] = value.split(",").filter(Boolean);
    else if (key === "y") state.y = value.split("-").map((n) => Number(n) || 0).slice(0, 2);
    else if (key === "t") state.t = Number(value) || 0;
    else state[key] = value;
  }
  if (state.y.length < 2) state.y = [0, 0];
  if (!state.m.length) state.m = [...DEFAULT.m];
  return state;
};

export const written = (state) => {
  const parts = [];
  for (const [key, usual] of Object.entries(DEFAULT)) {
    const value = LISTS.includes(key) ? state[key].join(",") : key === "y" ? state.y.join("-") : String(state[key]);
    const same = LISTS.includes(key) ? usual.join(",") : key === "y" ? usual.join("-") : String(usual);
    if (value !== same || key === "m" || key === "p") parts.push(`${key}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3E", ">")}`);
  }
  return `#${parts.join("&")}`;
};
