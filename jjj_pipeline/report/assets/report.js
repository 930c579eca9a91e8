// The page without this script is complete but for the charts: it switches the language, has the charts drawn, opens what a link points into.
(() => {
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem("jjj-language"); } catch { return null; } };
  const store = (lang) => { try { localStorage.setItem("jjj-language", lang); } catch { /* not allowed here: not remembered */ } };

  // small multiples take as many columns as have room; on a narrow page legends stand in a column
  const fitted = (spec, width) => {
    const legend = { ...spec.config.legend, ...(width < 480 ? { direction: "vertical" } : { direction: "horizontal", columns: 4 }) };
    const out = { ...spec, config: { ...spec.config, legend } };
    if (!spec.spec) return out;
    const { min, axis } = spec.usermeta;
    const columns = Math.max(1, Math.min(spec.columns, Math.floor(width / (min + axis))));
    return { ...out, columns, spec: { ...spec.spec, width: Math.floor((width - 6) / columns - axis) } };
  };

  const draw = async (place) => {
    const width = place.clientWidth;
    if (!width || place.dataset.width === String(width)) return;
    place.dataset.width = width;
    const spec = fitted(JSON.parse(document.getElementById(place.dataset.chart).textContent), width);
    await vegaEmbed(place, spec, { mode: "vega-lite", renderer: "svg", actions: false });
    const svg = place.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", spec.description);
  };
  const drawAll = async () => {
    for (const place of document.querySelectorAll(".chart")) await draw(place);
    root.dataset.drawn = root.dataset.lang;
  };

  const speak = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    for (const b of document.querySelectorAll("[data-language]")) b.setAttribute("aria-pressed", String(b.dataset.language === lang));
    return drawAll();
  };
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => { store(button.dataset.language); speak(button.dataset.language); });
  }

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    if (target) { drawAll(); target.scrollIntoView(); }
  };
  addEventListener("hashchange", reveal);
  for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", drawAll);

  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      try { await navigator.clipboard.writeText(code.textContent); } catch {
        const range = document.createRange();
        range.selectNodeContents(code);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        document.execCommand("copy");
      }
      button.classList.add("done");
    });
  }

  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 150); });
  const asked = new URLSearchParams(location.search).get("lang") || stored();
  speak(["zh", "en"].includes(asked) ? asked : navigator.language.startsWith("zh") ? "zh" : "en").then(reveal);
})();
