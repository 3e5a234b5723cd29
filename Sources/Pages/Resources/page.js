"use strict";

// Brings what a page holds as data to life: { arrays, plots, replays }. Series name their numbers by
// their place in `arrays`, where those that several share stand once.
const Page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const numbers = index => index === null ? null : data.arrays[index];
  const plots = [...document.querySelectorAll("[data-plot]")].map(host => {
    const spec = data.plots[Number(host.dataset.plot)];
    for (const axis of spec.axes) {
      axis.series = axis.series.map(series => ({
        ...series, x: numbers(series.x), y: numbers(series.y), low: numbers(series.low), high: numbers(series.high),
      }));
    }
    return Plots.create(host, spec);
  });
  const replays = [...document.querySelectorAll("[data-replay]")].map(host =>
    Replays.create(host, data.replays[Number(host.dataset.replay)]));

  // One choice of the horizontal axis for all charts that have it.
  const labels = [...new Set(plots.flatMap(plot => plot.spec.axes.length > 1 ? plot.spec.axes.map(axis => axis.label) : []))];
  for (const host of document.querySelectorAll("[data-axes]")) {
    if (labels.length < 2) continue;
    const buttons = labels.map((label, index) => Plots.element("button", {
      type: "button", "aria-pressed": String(index === 0),
      onclick: () => {
        for (const plot of plots) plot.choose(label);
        buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
      },
    }, label));
    host.replaceChildren("over", ...buttons);
  }
  return { plots, replays };
})();
