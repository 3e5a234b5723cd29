"use strict";

// A chart on a canvas: values where the pointer is, zoom by wheel and by dragging, back by a double
// click. A chart has one or more axes to choose from:
// { title, yLabel, axes: [{ label, series: [{ name, color, dash, faint, x, y, low, high }] }] },
// where a value that is null is a gap.
const Plots = (() => {
  const margin = { top: 8, right: 14, bottom: 40 };
  const font = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = font;
  // A page that is being scrolled passes under the pointer; only a pointer that moves means a chart.
  let isArmed = false;
  addEventListener("scroll", () => { isArmed = false; }, { passive: true });

  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  function format(value, step) {
    if (value === null || !Number.isFinite(value)) return "–";
    if (step) {
      const decimals = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
      return grouped(value.toFixed(decimals));
    }
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(String(value));
    const size = Math.abs(value);
    return size >= 1e7 || size < 1e-4 ? value.toExponential(3) : grouped(Number(value.toPrecision(5)).toString());
  }

  function grouped(text) {
    const [whole, rest] = text.replace("-", "−").split(".");
    const spaced = whole.replace(/\B(?=(\d{3})+$)/g, whole.replace("−", "").length > 4 ? "\u202f" : "");
    return rest ? spaced + "." + rest : spaced;
  }

  function ticks(low, high, count, least = 0) {
    const rough = Math.max((high - low) / Math.max(1, count), least);
    const power = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough * 0.999) || rough;
    const values = [];
    for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) {
      values.push(index * step);
      if (values.length > 60) break;
    }
    return { values, step };
  }

  // The range of some numbers, null where there are none.
  function extent(arrays, accept = () => true) {
    let low = Infinity, high = -Infinity;
    for (const values of arrays) {
      for (let index = 0; index < values.length; index++) {
        const value = values[index];
        if (value === null || !accept(index, values)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return low <= high ? [low, high] : null;
  }

  // The index of the value nearest to x among growing ones.
  function nearest(values, x) {
    let low = 0, high = values.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (values[middle] <= x) low = middle; else high = middle;
    }
    return high >= 0 && Math.abs(values[high] - x) < Math.abs(values[low] - x) ? high : low;
  }

  class Plot {
    constructor(host, spec) {
      this.host = host;
      this.axis = 0;
      this.zoom = null;
      this.hidden = new Set();
      this.emphasis = null;
      this.caption = element("figcaption");
      this.reset = element("button", { class: "reset", type: "button", hidden: "", onclick: () => this.unzoom() }, "Reset zoom");
      this.legend = element("div", { class: "legend" });
      this.canvas = element("canvas", { tabindex: "0", role: "img" });
      this.tip = element("div", { class: "tip", hidden: "" });
      host.replaceChildren(this.caption, this.legend, this.canvas, this.tip);
      this.listen();
      this.update(spec);
      new ResizeObserver(() => this.draw()).observe(host);
    }

    // Shows other values; zoom and choices stay.
    update(spec) {
      this.spec = spec;
      this.axis = Math.max(0, Math.min(this.axis, spec.axes.length - 1));
      this.caption.replaceChildren(element("span", {}, spec.title || ""), this.reset);
      this.canvas.setAttribute("aria-label", `${spec.title}: ${spec.yLabel}`);
      this.showLegend();
      this.draw();
    }

    get all() { return this.spec.axes[this.axis] ? this.spec.axes[this.axis].series : []; }
    get shown() { return this.all.filter(series => !this.hidden.has(series.name)); }

    choose(label) {
      const index = this.spec.axes.findIndex(axis => axis.label === label);
      if (index < 0 || index === this.axis) return;
      this.axis = index;
      this.unzoom();
    }

    // A name stands for all series that have it.
    names() {
      const names = new Map();
      for (const series of this.all) {
        if (series.name && (!names.has(series.name) || !series.faint)) names.set(series.name, series);
      }
      return names;
    }

    showLegend() {
      const names = this.names();
      this.legend.replaceChildren(...(names.size < 2 || this.spec.quiet ? [] : [...names].map(([name, series]) => {
        const button = element("button", { type: "button", "aria-pressed": String(!this.hidden.has(name)) });
        const width = series.faint ? 1 : 2;
        button.innerHTML = `<svg width="22" height="8" aria-hidden="true"><line x1="0" x2="22" y1="4" y2="4" stroke-width="${width}"/></svg>`;
        const line = button.querySelector("line");
        line.setAttribute("stroke", series.color);
        line.setAttribute("stroke-dasharray", (series.dash || []).join(" "));
        if (series.faint) line.setAttribute("opacity", "0.5");
        button.append(name);
        button.addEventListener("click", () => {
          if (!this.hidden.delete(name)) this.hidden.add(name);
          button.setAttribute("aria-pressed", String(!this.hidden.has(name)));
          this.draw();
        });
        button.addEventListener("pointerenter", () => { this.emphasis = name; this.draw(); });
        button.addEventListener("pointerleave", () => { this.emphasis = null; this.draw(); });
        return button;
      })));
    }

    unzoom() { this.zoom = null; this.draw(); }

    // Where things are: ranges of values, and the plot's rectangle in pixels.
    layout() {
      const width = Math.max(120, this.host.clientWidth);
      const height = Math.round(Math.max(190, Math.min(340, width * 0.42)));
      const shown = this.shown;
      const full = extent(shown.map(series => series.x)) || [0, 1];
      let [x0, x1] = this.zoom || full;
      if (!(x1 > x0)) { x0 -= 0.5; x1 += 0.5; }
      // What the lines that matter need; faint ones may be cut off at the edges only if others are there.
      const vertical = [];
      for (const series of shown) {
        const inside = index => series.x[index] !== null && series.x[index] >= x0 && series.x[index] <= x1;
        for (const values of [series.y, series.low, series.high]) {
          const range = values && extent([values], inside);
          if (range) vertical.push(range);
        }
      }
      let [y0, y1] = extent(vertical) || [0, 1];
      if (!(y1 > y0)) { const room = Math.abs(y0) * 0.1 || 0.5; y0 -= room; y1 += room; }
      const room = (y1 - y0) * 0.04;
      [y0, y1] = [y0 - room, y1 + room];
      const vertical_ = ticks(y0, y1, height / 45);
      const labels = vertical_.values.map(value => format(value, vertical_.step));
      const left = Math.ceil(Math.max(...labels.map(label => ruler.measureText(label).width), 12)) + 26;
      const names = width < 420 ? [] : this.labelled();
      const right = margin.right + Math.ceil(Math.max(0, ...names.map(series => ruler.measureText(series.name).width - 4)));
      const plot = { x: left, y: margin.top, width: Math.max(40, width - left - right), height: height - margin.top - margin.bottom };
      const isWhole = shown.every(series => series.x.every(value => value === null || Number.isInteger(value)));
      const horizontal = ticks(x0, x1, plot.width / 80, isWhole ? 1 : 0);
      return {
        width, height, plot, names, full, x0, x1, y0, y1, vertical: vertical_, labels, horizontal,
        px: value => plot.x + (value - x0) / (x1 - x0) * plot.width,
        py: value => plot.y + plot.height - (value - y0) / (y1 - y0) * plot.height,
      };
    }

    draw() {
      if (this.pending) return;
      this.pending = true;
      requestAnimationFrame(() => { this.pending = false; this.paint(); });
    }

    paint() {
      if (!this.host.isConnected || this.host.clientWidth === 0) return;
      const view = this.view = this.layout();
      const { width, height, plot } = view;
      const ratio = Math.max(2, devicePixelRatio || 1);
      if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
        this.canvas.width = Math.round(width * ratio);
        this.canvas.height = Math.round(height * ratio);
        this.canvas.style.height = height + "px";
      }
      const c = this.canvas.getContext("2d");
      c.setTransform(ratio, 0, 0, ratio, 0, 0);
      c.clearRect(0, 0, width, height);
      c.font = font;
      c.lineJoin = "round";
      this.reset.hidden = !this.zoom;

      c.strokeStyle = "#e8e9ec"; c.lineWidth = 1; c.fillStyle = "#5c6068";
      c.textBaseline = "middle"; c.textAlign = "right";
      view.vertical.values.forEach((value, index) => {
        const y = Math.round(view.py(value)) + 0.5;
        c.beginPath(); c.moveTo(plot.x, y); c.lineTo(plot.x + plot.width, y); c.stroke();
        c.fillText(view.labels[index], plot.x - 6, y);
      });
      c.textBaseline = "top"; c.textAlign = "center";
      for (const value of view.horizontal.values) {
        const x = Math.round(view.px(value)) + 0.5;
        c.beginPath(); c.moveTo(x, plot.y + plot.height); c.lineTo(x, plot.y + plot.height + 4); c.stroke();
        const label = format(value, view.horizontal.step);
        c.fillText(label, Math.min(x, width - ruler.measureText(label).width / 2 - 1), plot.y + plot.height + 6);
      }
      c.fillText(this.spec.axes[this.axis] ? this.spec.axes[this.axis].label : "", plot.x + plot.width / 2, plot.y + plot.height + 23);
      c.save(); c.translate(2, plot.y + plot.height / 2); c.rotate(-Math.PI / 2);
      c.fillText(this.spec.yLabel, 0, 0); c.restore();
      c.strokeStyle = "#9a9da5";
      c.beginPath(); c.moveTo(plot.x, plot.y + plot.height + 0.5); c.lineTo(plot.x + plot.width, plot.y + plot.height + 0.5); c.stroke();

      c.save();
      c.beginPath(); c.rect(plot.x - 2, plot.y - 2, plot.width + 4, plot.height + 4); c.clip();
      const shown = this.shown;
      for (const series of shown) if (series.low) this.paintBand(c, view, series, shown.length);
      for (const series of shown) if (series.faint) this.paintLine(c, view, series);
      for (const series of shown) if (!series.faint) this.paintLine(c, view, series);
      c.restore();
      if (!shown.some(series => series.y.some(value => value !== null))) {
        c.textBaseline = "middle"; c.fillStyle = "#5c6068";
        c.fillText("no values yet", plot.x + plot.width / 2, plot.y + plot.height / 2);
      }
      this.paintLabels(c, view);
      this.paintSelection(c, view);
    }

    weight(series) {
      if (!this.emphasis) return 1;
      return series.name === this.emphasis ? 1 : 0.15;
    }

    // Calls `run` with the indices of each stretch without a gap.
    stretches(view, series, run) {
      const { x, y } = series;
      let start = -1;
      for (let index = 0; index <= x.length; index++) {
        const isThere = index < x.length && x[index] !== null && y[index] !== null;
        if (isThere && start < 0) start = index;
        if (!isThere && start >= 0) {
          if (x[index - 1] >= view.x0 && x[start] <= view.x1) run(start, index);
          start = -1;
        }
      }
    }

    paintBand(c, view, series, count) {
      c.fillStyle = series.color;
      c.globalAlpha = (count <= 4 ? 0.2 : 0.12) * this.weight(series);
      this.stretches(view, { x: series.x, y: series.low }, (start, end) => {
        c.beginPath();
        for (let index = start; index < end; index++) c.lineTo(view.px(series.x[index]), view.py(series.low[index]));
        for (let index = end - 1; index >= start; index--) c.lineTo(view.px(series.x[index]), view.py(series.high[index]));
        c.fill();
      });
      c.globalAlpha = 1;
    }

    paintLine(c, view, series) {
      c.strokeStyle = c.fillStyle = series.color;
      c.lineWidth = series.faint ? 1 : this.emphasis && this.emphasis === series.name ? 2.6 : 1.8;
      c.globalAlpha = (series.faint ? 0.35 : 1) * this.weight(series);
      c.setLineDash(series.dash || []);
      this.stretches(view, series, (start, end) => {
        if (end - start === 1) {
          c.beginPath(); c.arc(view.px(series.x[start]), view.py(series.y[start]), series.faint ? 1.8 : 2.8, 0, 7); c.fill();
          return;
        }
        c.beginPath();
        for (let index = start; index < end; index++) c.lineTo(view.px(series.x[index]), view.py(series.y[index]));
        c.stroke();
      });
      c.setLineDash([]);
      c.globalAlpha = 1;
    }

    // The lines that have their names at their ends: few, and of runs that have no lines of their own.
    labelled() {
      const named = [...this.names().values()].filter(series => !series.faint && !this.hidden.has(series.name));
      const isPlain = this.all.every(series => !series.faint || named.some(other => other.name === series.name));
      const isLine = series => series.y.length < 2 || series.y[series.y.length - 1] !== null;
      return isPlain && named.length > 1 && named.length <= 8 && named.every(isLine) && named.every(series => series.name.length < 30) ? named : [];
    }

    paintLabels(c, view) {
      const { plot } = view;
      const places = [];
      for (const series of view.names) {
        let last = -1;
        for (let index = 0; index < series.x.length; index++) {
          const x = series.x[index];
          if (x !== null && series.y[index] !== null && x >= view.x0 && x <= view.x1) last = index;
        }
        if (last >= 0) places.push({ series, y: view.py(series.y[last]) });
      }
      places.sort((a, b) => a.y - b.y);
      for (let index = 1; index < places.length; index++) places[index].y = Math.max(places[index].y, places[index - 1].y + 14);
      const overflow = places.length ? Math.max(0, places[places.length - 1].y - (plot.y + plot.height - 6)) : 0;
      c.textAlign = "left"; c.textBaseline = "middle"; c.fillStyle = "#222";
      for (const place of places) {
        const x = plot.x + plot.width + 5, y = Math.max(plot.y + 6, place.y - overflow);
        c.globalAlpha = this.weight(place.series);
        c.fillStyle = place.series.color; c.fillRect(x - 3, y - 5, 2.5, 10);
        c.fillStyle = "#222"; c.fillText(place.series.name, x + 2, y);
      }
      c.globalAlpha = 1;
    }

    paintSelection(c, view) {
      const { plot } = view;
      if (this.drag && Math.abs(this.drag.to - this.drag.from) > 2) {
        c.fillStyle = "#1f66b022";
        c.fillRect(Math.min(this.drag.from, this.drag.to), plot.y, Math.abs(this.drag.to - this.drag.from), plot.height);
      } else if (this.pointer) {
        c.strokeStyle = "#9a9da5"; c.lineWidth = 1;
        const x = Math.round(view.px(this.pointer.value)) + 0.5;
        c.beginPath(); c.moveTo(x, plot.y); c.lineTo(x, plot.y + plot.height); c.stroke();
        for (const point of this.pointer.points) {
          c.fillStyle = point.series.color; c.strokeStyle = "#fff"; c.lineWidth = 1.5;
          c.beginPath(); c.arc(view.px(point.x), view.py(point.y), 3.5, 0, 7); c.fill(); c.stroke();
        }
      }
    }

    listen() {
      const place = event => event.clientX - this.canvas.getBoundingClientRect().left;
      const inside = x => this.view && Math.min(Math.max(x, this.view.plot.x), this.view.plot.x + this.view.plot.width);
      const value = x => this.view.x0 + (x - this.view.plot.x) / this.view.plot.width * (this.view.x1 - this.view.x0);
      this.canvas.addEventListener("pointerdown", event => {
        if (event.button !== 0 || !this.view) return;
        this.drag = { from: inside(place(event)), to: inside(place(event)) };
        try { this.canvas.setPointerCapture(event.pointerId); } catch { /* a pointer that is gone */ }
      });
      this.canvas.addEventListener("pointermove", event => {
        if (!this.view) return;
        if (event.movementX || event.movementY) isArmed = true;
        if (this.drag) this.drag.to = inside(place(event));
        this.point(place(event), event.clientY - this.canvas.getBoundingClientRect().top);
        this.draw();
      });
      const end = isKept => {
        const drag = this.drag;
        this.drag = null;
        if (isKept && drag && Math.abs(drag.to - drag.from) > 6) {
          const range = [value(drag.from), value(drag.to)].sort((a, b) => a - b);
          if (range[1] > range[0]) this.zoom = range;
        }
        this.draw();
      };
      this.canvas.addEventListener("pointerup", () => end(true));
      this.canvas.addEventListener("pointercancel", () => end(false));
      this.canvas.addEventListener("pointerleave", () => { this.pointer = null; this.tip.hidden = true; this.draw(); });
      this.canvas.addEventListener("dblclick", () => this.unzoom());
      this.canvas.addEventListener("keydown", event => { if (event.key === "Escape") this.unzoom(); });
      this.canvas.addEventListener("wheel", event => {
        if (!this.view || !(isArmed || event.ctrlKey)) return;
        const { full, x0, x1 } = this.view;
        const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300)));
        if (factor > 1 && !this.zoom) return;
        event.preventDefault();
        const center = value(inside(place(event)));
        const low = Math.max(full[0], center - (center - x0) * factor);
        const high = Math.min(full[1], center + (x1 - center) * factor);
        if (high - low < (full[1] - full[0]) * 1e-4) return;
        this.zoom = low <= full[0] && high >= full[1] ? null : [low, high];
        this.draw();
      }, { passive: false });
    }

    // What the lines have nearest to the pointer, the nearest line first.
    point(x, y) {
      const { view } = this;
      if (x < view.plot.x - 8 || x > view.plot.x + view.plot.width + 8) { this.pointer = null; this.tip.hidden = true; return; }
      const wanted = view.x0 + (x - view.plot.x) / view.plot.width * (view.x1 - view.x0);
      const points = [];
      for (const series of this.shown) {
        if (!series.name || !series.x.length) continue;
        let index = nearest(series.x, wanted);
        // The nearest one that has a value, not far away.
        for (let away = 1; series.y[index] === null && away < 4; away++) {
          if (series.y[index - away] !== null && series.y[index - away] !== undefined) index -= away;
          else if (series.y[index + away] !== null && series.y[index + away] !== undefined) index += away;
        }
        const value = series.y[index];
        if (value === null || value === undefined) continue;
        if (Math.abs(view.px(series.x[index]) - x) > Math.max(40, view.plot.width / 10)) continue;
        points.push({ series, x: series.x[index], y: value, low: series.low && series.low[index], high: series.high && series.high[index] });
      }
      points.sort((a, b) => Math.abs(view.py(a.y) - y) - Math.abs(view.py(b.y) - y));
      if (!points.length) { this.pointer = null; this.tip.hidden = true; return; }
      const kept = points.slice(0, 10);
      this.pointer = { value: kept[0].x, points: kept };
      const rows = kept.map(point => {
        const range = point.low !== null && point.low !== undefined ? ` (${format(point.low)} to ${format(point.high)})` : "";
        const name = element("span", {}, point.series.name);
        name.style.borderLeft = `3px solid ${point.series.color}`;
        name.style.paddingLeft = "6px";
        return element("div", {}, name, element("span", {}, format(point.y) + range));
      });
      if (points.length > kept.length) rows.push(element("div", {}, element("span", {}, `and ${points.length - kept.length} more`)));
      this.tip.replaceChildren(element("div", {}, `${this.spec.axes[this.axis].label} ${format(kept[0].x)}`), ...rows);
      this.tip.hidden = false;
      const top = this.canvas.offsetTop + view.plot.y + 6;
      const isLeft = x > view.plot.x + view.plot.width / 2;
      const across = isLeft ? x - this.tip.offsetWidth - 12 : x + 12;
      this.tip.style.left = Math.max(0, Math.min(across, view.width - this.tip.offsetWidth)) + "px";
      this.tip.style.top = top + "px";
    }
  }

  return { create: (host, spec) => new Plot(host, spec), element, format };
})();
