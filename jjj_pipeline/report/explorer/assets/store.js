// The data of the page: packed columns read once, then rows found by measure. No text, no drawing.

const decoded = async (id) => {
  const text = document.getElementById(id).textContent.trim();
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
};

export const script = (id) => decoded(id);
export const json = async (id) => JSON.parse(await decoded(id));

// one column as a list; texts by their words
const expanded = (column, n) => {
  if (column.values) return column.values;
  let codes = column.codes;
  if (column.runs) {
    codes = new Array(n);
    let at = 0;
    for (let r = 0; r < column.runs.length; r += 2) {
      codes.fill(column.runs[r], at, at + column.runs[r + 1]);
      at += column.runs[r + 1];
    }
  }
  return column.words ? codes.map((c) => (c < 0 ? null : column.words[c])) : codes;
};

// A table: its columns, and for each measure where its rows begin and end (rows are sorted by measure).
export class Table {
  constructor(packed) {
    this.n = packed.n;
    this.columns = {};
    for (const [name, column] of Object.entries(packed.columns)) this.columns[name] = expanded(column, packed.n);
    this.at = new Map();
    const measures = this.columns.indicator;
    for (let i = 0; i < this.n; i++) {
      if (i === 0 || measures[i] !== measures[i - 1]) this.at.set(measures[i], [i, i + 1]);
      else this.at.get(measures[i])[1] = i + 1;
    }
  }

  has(measure) { return this.at.has(measure); }

  // rows of a measure for which `wanted(columns, i)` holds, as objects
  rows(measure, wanted = () => true) {
    const [from, to] = this.at.get(measure) ?? [0, 0];
    const out = [];
    for (let i = from; i < to; i++) if (wanted(this.columns, i)) out.push(this.row(i));
    return out;
  }

  row(i) {
    const out = {};
    for (const name in this.columns) out[name] = this.columns[name][i];
    return out;
  }

  // the different values of a column among the rows of a measure
  distinct(measure, name) {
    const [from, to] = this.at.get(measure) ?? [0, 0];
    return [...new Set(this.columns[name].slice(from, to))];
  }
}

export const load = async (ids) => {
  const out = {};
  await Promise.all(ids.map(async (id) => { out[id] = new Table(await json(`data-${id}`)); }));
  return out;
};
