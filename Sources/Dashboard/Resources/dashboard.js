"use strict";

// The page of the dashboard: asks for the runs once, hears of changes, and asks for the curves that it
// shows. Numbers of runs stand for them; names are texts wherever they are shown.
const Dashboard = (() => {
  const { element, format } = Plots;
  const find = id => document.getElementById(id);
  const shownAtFirst = 100;
  const state = {
    runs: new Map(), keys: [], columns: [], algorithms: [], variants: [], comparisons: [], version: 0,
    shown: null, curves: new Map(), lasts: new Map(), detail: null, rows: new Map(), isLost: false,
  };
  const plot = Plots.create(find("plot"), { title: "", yLabel: "", axes: [] });
  let detailPlots = new Map();

  async function ask(path, query = {}) {
    const answer = await fetch(path + "?" + new URLSearchParams(query), { cache: "no-store" });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  // 1,2,3,7 as 1-3,7.
  function ranges(numbers) {
    const parts = [];
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const last = parts[parts.length - 1];
      if (last && last[1] === number - 1) last[1] = number; else parts.push([number, number]);
    }
    return parts.map(([first, last]) => first === last ? String(first) : `${first}-${last}`).join(",");
  }

  // MARK: Runs

  async function load() {
    const data = await ask("/runs");
    Object.assign(state, {
      keys: data.keys, columns: data.columns, algorithms: data.algorithms, variants: data.variants,
      comparisons: data.comparisons, version: data.version, folder: data.folder,
    });
    const known = new Set(state.runs.keys());
    state.runs = new Map(data.runs.map(run => [run.id, run]));
    if (!state.shown) {
      const latest = [...data.runs].sort((a, b) => b.changed - a.changed);
      state.shown = new Set(latest.slice(0, shownAtFirst).map(run => run.id));
    } else {
      for (const run of data.runs) if (!known.has(run.id) && state.shown.size < 200) state.shown.add(run.id);
    }
    state.curves.clear();
    showChoices();
    showTable();
    showComparisons();
    await refresh();
  }

  function choices(select, values, wanted) {
    const current = select.value;
    select.replaceChildren(...values.map(value => element("option", { value }, value.replaceAll("_", " "))));
    select.value = values.includes(current) ? current : values.includes(wanted) ? wanted : values[0] || "";
  }

  function showChoices() {
    const axes = ["episode", "step", "epoch"].filter(name => state.columns.includes(name));
    const others = state.columns.filter(name => !axes.includes(name));
    const usual = ["return", "loss", "validation_elbo"].find(name => others.includes(name));
    choices(find("column"), others.length ? others : state.columns, usual);
    fitWindow();
    choices(find("axis"), axes.length ? axes : state.columns.slice(0, 1), axes[0]);
  }

  // Returns are noise but for their mean; whoever has chosen a window keeps it.
  let isWindowChosen = false;
  function fitWindow() {
    if (!isWindowChosen) find("window").value = find("column").value === "return" ? "20" : "1";
  }

  function listen() {
    const events = new EventSource("/events?since=" + state.version);
    events.onmessage = event => {
      state.isLost = false;
      changed(JSON.parse(event.data)).catch(lost);
    };
    events.onopen = () => { state.isLost = false; showSummary(); };
    events.onerror = () => { state.isLost = true; showSummary(); };
  }

  async function changed(change) {
    if (change.reload) return load();
    state.version = change.version;
    const touched = new Set();
    let isOther = false;
    for (const id of change.removed) {
      if (state.runs.delete(id)) { isOther = true; state.shown.delete(id); state.curves.delete(id); state.rows.get(id)?.remove(); state.rows.delete(id); }
    }
    for (const run of change.runs) {
      if (!state.runs.has(run.id) && state.shown.size < 200) state.shown.add(run.id);
      state.runs.set(run.id, run);
      state.curves.delete(run.id);
      touched.add(run.id);
      showRow(run);
    }
    if (change.runs.length && !state.columns.length) return load();
    if (isOther) showCount();
    if (state.detail !== null && (touched.has(state.detail) || !state.runs.has(state.detail))) showDetail();
    await refresh();
  }

  function lost() { state.isLost = true; showSummary(); }

  function showSummary() {
    const counts = new Map();
    for (const run of state.runs.values()) counts.set(run.state, (counts.get(run.state) || 0) + 1);
    const text = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
    const summary = find("summary");
    summary.className = state.isLost ? "lead lost" : "lead";
    summary.textContent = state.isLost ? "The server does not answer; what it said last is shown." : state.runs.size
      ? `${state.folder}: ${state.runs.size} run${state.runs.size === 1 ? "" : "s"} (${text})` : `${state.folder}: no runs yet`;
  }

  // MARK: Curves

  let asking = null, isStale = false;

  // Asks for what is missing; what changes meanwhile is asked for afterwards.
  function refresh() {
    isStale = true;
    if (!asking) {
      asking = (async () => {
        try {
          while (isStale) { isStale = false; await draw(); }
        } finally { asking = null; }
      })();
    }
    return asking;
  }

  const query = () => ({ column: find("column").value, axis: find("axis").value, window: find("window").value });

  async function draw() {
    showSummary();
    const shown = [...state.shown].filter(id => state.runs.has(id));
    const mode = find("mode").value, wanted = query();
    let series = [];
    if (wanted.column && mode === "runs") {
      const missing = shown.filter(id => !state.curves.has(id));
      if (missing.length) {
        const data = await ask("/curves", { ...wanted, ids: ranges(missing) });
        for (const id of missing) state.curves.set(id, null);
        for (const curve of data.curves) { state.curves.set(curve.id, curve); showLast(curve); }
      }
      series = shown.filter(id => state.curves.get(id) && state.runs.has(id)).map(id => {
        const run = state.runs.get(id), look = state.algorithms[run.algorithm] || {};
        return { name: run.name, color: look.color || "#222222", dash: look.dash || [], faint: false, low: null, high: null, ...pick(state.curves.get(id)) };
      });
    } else if (wanted.column) {
      const data = await ask("/groups", { ...wanted, ids: ranges(shown), by: mode });
      const looks = mode === "variant" ? state.variants : state.algorithms;
      series = data.groups.map(group => {
        const look = looks[group.group];
        return { name: `${look.name} (${group.count})`, color: look.color, dash: look.dash, faint: false, x: group.x, y: group.y, low: group.low, high: group.high };
      });
    }
    const title = wanted.column.replaceAll("_", " ") + (wanted.window > 1 ? `, mean of ${wanted.window} rows` : "");
    // Of many lines, names are told by the pointer and by the table.
    plot.update({ title, yLabel: wanted.column.replaceAll("_", " "), axes: [{ label: wanted.axis, series }], quiet: series.length > 12 });
  }

  const pick = ({ x, y }) => ({ x, y });

  // MARK: Table

  function matches(run) {
    const words = find("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return true;
    const text = [run.name, run.state, state.variants[run.variant]?.name, ...state.keys.map((key, index) => `${key}=${run.settings[index]}`)].join(" ").toLowerCase();
    return words.every(word => text.includes(word));
  }

  // The settings that fit beside: the others are in the run's own view.
  const shownKeys = () => state.keys.filter(key => !["algorithm", "estimator"].includes(key)).slice(0, 8);

  function showTable() {
    find("runs").tHead.replaceChildren(element("tr", {}, ...["", "run", "state", "rows", "last", "page", ...shownKeys().map(key => key.replaceAll("_", " "))].map(
      (title, index) => element("th", { class: [3, 4].includes(index) ? "number" : null }, title))));
    state.rows.clear();
    const runs = [...state.runs.values()].sort((a, b) => b.changed - a.changed || a.id - b.id);
    const rows = runs.map(run => row(run));
    find("runs").tBodies[0].replaceChildren(...rows);
    filter();
  }

  function row(run) {
    const node = element("tr");
    state.rows.set(run.id, node);
    fill(node, run);
    return node;
  }

  function fill(node, run) {
    const look = state.algorithms[run.algorithm] || {};
    const box = element("input", { type: "checkbox", "aria-label": `show ${run.name}`, onchange: () => {
      if (box.checked) state.shown.add(run.id); else state.shown.delete(run.id);
      showCount();
      refresh().catch(lost);
    } });
    box.checked = state.shown.has(run.id);
    const swatch = element("span", { class: "swatch" });
    swatch.style.borderTopColor = look.color;
    swatch.style.borderTopStyle = look.dash && look.dash.length ? "dashed" : "solid";
    const name = element("a", { href: "#" + encodeURIComponent(run.name), onclick: event => {
      event.preventDefault();
      state.detail = state.detail === run.id ? null : run.id;
      showDetail(true);
    } }, run.name);
    const curve = state.lasts.get(run.id);
    const page = run.page ? element("a", { href: "/files/" + (run.name === "." ? "" : run.name.split("/").map(encodeURIComponent).join("/") + "/") + "report.html" }, "page") : "";
    node.replaceChildren(
      element("td", {}, box), element("td", {}, swatch, name), element("td", {}, element("span", { class: "state " + run.state }, run.state)),
      element("td", { class: "number" }, curve ? format(curve.rows) : ""), element("td", { class: "number" }, curve ? format(curve.last) : ""),
      element("td", {}, page),
      ...shownKeys().map(key => element("td", {}, run.settings[state.keys.indexOf(key)] ?? "–")));
    node.classList.toggle("chosen", state.detail === run.id);
    node.hidden = !matches(run);
  }

  function showRow(run) {
    const node = state.rows.get(run.id);
    if (node) return fill(node, run);
    find("runs").tBodies[0].prepend(row(run));
    showCount();
  }

  function showLast(curve) {
    state.lasts.set(curve.id, { rows: curve.rows, last: curve.last });
    const node = state.rows.get(curve.id);
    if (!node) return;
    node.cells[3].textContent = format(curve.rows);
    node.cells[4].textContent = format(curve.last);
  }

  function filter() {
    for (const run of state.runs.values()) { const node = state.rows.get(run.id); if (node) node.hidden = !matches(run); }
    showCount();
  }

  function showCount() {
    const found = [...state.runs.values()].filter(matches);
    find("count").textContent = `${found.length} found, ${[...state.shown].filter(id => state.runs.has(id)).length} shown above`;
  }

  function showAll(isShown) {
    const found = [...state.runs.values()].filter(matches).map(run => run.id);
    state.shown = new Set(isShown ? found : []);
    for (const [id, node] of state.rows) node.querySelector("input").checked = state.shown.has(id);
    showCount();
    refresh().catch(lost);
  }

  function showComparisons() {
    const links = state.comparisons.map(name => element("li", {}, element("a", { href: "/files/" + (name ? name.split("/").map(encodeURIComponent).join("/") + "/" : "") + "comparison.html" }, name || state.folder)));
    find("comparisons").replaceChildren(...(links.length ? [element("h2", {}, "Comparisons"), element("ul", {}, ...links)] : []));
  }

  // MARK: One run

  // The agents play when somebody looks, and again when that is asked for: a run that goes on has new ones.
  async function showReplays(host, id) {
    let data;
    try { data = await ask("/replays", { id }); } catch { return; }
    if (state.detail !== id || !data.replays.length) return host.replaceChildren();
    const again = element("button", { type: "button", onclick: () => { again.disabled = true; showReplays(host, id); } }, "Play the agents of the last checkpoints");
    const figures = data.replays.map(replay => {
      const figure = element("figure", { class: "replay" });
      Replays.create(figure, replay);
      return figure;
    });
    host.replaceChildren(element("h3", {}, "Replays"), element("div", { class: "replays" }, ...figures),
      ...(state.runs.get(id)?.state === "running" ? [element("div", { class: "tools" }, again)] : []));
  }

  async function showDetail(isChosen = false) {
    const host = find("detail"), id = state.detail, run = state.runs.get(id);
    for (const [number, node] of state.rows) node.classList.toggle("chosen", number === id);
    host.hidden = id === null;
    if (id === null) { host.replaceChildren(); detailPlots = new Map(); host.dataset.run = ""; return; }
    if (!run) { host.prepend(element("p", { class: "lost" }, "This run has been deleted; what it said last is shown.")); return; }
    let data;
    try { data = await ask("/run", { id, axis: find("axis").value }); } catch { return; }
    if (state.detail !== id) return;
    const close = element("button", { type: "button", onclick: () => { state.detail = null; showDetail(); } }, "Close");
    const title = element("h2", {}, run.name, element("span", { class: "state note " + run.state }, run.state), element("span", { class: "note", id: "rows" }, `${format(data.rows)} rows`),
      ...(run.page ? [element("a", { href: "/files/" + (run.name === "." ? "" : run.name.split("/").map(encodeURIComponent).join("/") + "/") + "report.html", class: "note" }, "Page with replays")] : []), close);
    const facts = pairs => element("dl", { class: "facts" }, ...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name.replaceAll("_", " ")), element("dd", {}, /^-?\d+\.\d+$/.test(value) ? format(Number(value)) : value))));
    if (host.dataset.run !== String(id)) { detailPlots = new Map(); host.dataset.run = String(id); host.replaceChildren(element("div", { class: "plots" }), element("div", { id: "replays" })); showReplays(host.querySelector("#replays"), id); }
    const grid = host.querySelector(".plots"), replays = host.querySelector("#replays");
    const look = state.algorithms[run.algorithm] || { color: "#222222", dash: [] };
    for (const curve of data.curves) {
      const line = (points, name, faint) => ({ name, color: look.color, dash: [], faint, x: points.x, y: points.y, low: null, high: null });
      const series = curve.mean ? [line(curve, "each row", true), line(curve.mean, "mean of 20", false)] : [line(curve, curve.column.replaceAll("_", " "), false)];
      const spec = { title: curve.column.replaceAll("_", " "), yLabel: curve.column.replaceAll("_", " "), axes: [{ label: find("axis").value, series }] };
      if (detailPlots.has(curve.column)) detailPlots.get(curve.column).update(spec);
      else { const figure = element("figure", { class: "plot" }); grid.append(figure); detailPlots.set(curve.column, Plots.create(figure, spec)); }
    }
    host.replaceChildren(title, grid, replays, element("h3", {}, "Result"), facts(data.result), element("h3", {}, "Settings"), facts(data.settings), element("h3", {}, "Command"), element("pre", {}, data.command));
    if (isChosen) host.scrollIntoView({ block: "nearest" });
  }

  for (const id of ["column", "axis", "window"]) {
    find(id).addEventListener("change", () => { if (id === "window") isWindowChosen = true; fitWindow(); state.curves.clear(); plot.zoom = null; refresh().catch(lost); if (id === "axis" && state.detail !== null) showDetail(); });
  }
  find("mode").addEventListener("change", () => refresh().catch(lost));
  find("filter").addEventListener("input", filter);
  find("all").addEventListener("click", () => showAll(true));
  find("none").addEventListener("click", () => showAll(false));
  load().then(listen).catch(error => { lost(); setTimeout(() => location.reload(), 5000); });
  return { state, plot };
})();
