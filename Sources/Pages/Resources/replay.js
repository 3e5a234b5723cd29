"use strict";

// An episode that is drawn again from recorded shapes:
// { title, note, width, height, seconds, colors, views: [[left, bottom, right, top, color]],
//   shapes, frames: [[view, shape, shape, -n, …]], captions: [[step, return]], unit }.
// A shape is [kind, color, opacity, …]: 0 a polygon and 1, 2 an open or closed line (with its width) of
// points that each are told from the one before, 3 a disc [x, y, radius], 4 a text [x, y, height, text].
// −n after a shape stands for the n shapes that follow it in the list.
const Replays = (() => {
  class Replay {
    constructor(host, data) {
      this.data = data;
      this.index = 0;
      this.start = null;
      const { element } = Plots;
      this.canvas = element("canvas", { role: "img", "aria-label": data.title });
      this.button = element("button", { type: "button", onclick: () => this.toggle() }, "Play");
      this.slider = element("input", {
        type: "range", min: "0", max: String(data.frames.length - 1), value: "0", "aria-label": `${data.title}: frame`,
        oninput: () => { this.pause(); this.show(Number(this.slider.value)); },
      });
      this.caption = element("div", { class: "note" });
      host.replaceChildren(
        element("figcaption", {}, data.title), element("div", { class: "note" }, data.note), this.canvas,
        element("div", { class: "controls" }, this.button, this.slider), this.caption);
      this.host = host;
      new ResizeObserver(() => this.show(this.index)).observe(host);
    }

    toggle() { this.start === null ? this.play() : this.pause(); }

    play() {
      if (this.index >= this.data.frames.length - 1) this.index = 0;
      this.start = performance.now() - this.index * this.data.seconds * 1000;
      this.button.textContent = "Pause";
      const step = now => {
        if (this.start === null || !this.host.isConnected) return;
        const index = Math.floor((now - this.start) / (this.data.seconds * 1000));
        if (index >= this.data.frames.length - 1) {
          this.show(this.data.frames.length - 1);
          return this.pause();
        }
        if (index !== this.index) this.show(Math.max(0, index));
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    }

    pause() { this.start = null; this.button.textContent = "Play"; }

    show(index) {
      this.index = index;
      this.slider.value = String(index);
      const [step, total] = this.data.captions[index];
      this.caption.textContent = `step ${Plots.format(step)} · return ${Plots.format(total)}`;
      this.paint(this.data.frames[index]);
    }

    paint(frame) {
      const { canvas, data } = this;
      const width = canvas.clientWidth;
      if (!width) return;
      const height = Math.round(width * data.height / data.width);
      const ratio = Math.max(2, devicePixelRatio || 1);
      if (canvas.width !== Math.round(width * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.height = height + "px";
      }
      const c = canvas.getContext("2d");
      const [left, bottom, right, top, background] = data.views[frame[0]];
      const scale = Math.min(canvas.width / (right - left), canvas.height / (top - bottom));
      c.setTransform(1, 0, 0, 1, 0, 0);
      c.globalAlpha = 1;
      c.fillStyle = data.colors[background];
      c.fillRect(0, 0, canvas.width, canvas.height);
      c.setTransform(
        scale, 0, 0, -scale, canvas.width / 2 - scale * (left + right) / 2,
        canvas.height / 2 + scale * (bottom + top) / 2);
      c.lineJoin = "round"; c.lineCap = "round";
      let last = 0;
      for (let index = 1; index < frame.length; index++) {
        if (frame[index] >= 0) {
          this.paintShape(c, data.shapes[last = frame[index]]);
        } else {
          for (let count = -frame[index]; count > 0; count--) this.paintShape(c, data.shapes[++last]);
        }
      }
    }

    paintShape(c, shape) {
      const [kind, color, opacity] = shape;
      c.globalAlpha = opacity;
      c.fillStyle = c.strokeStyle = this.data.colors[color];
      if (kind === 3) {
        c.beginPath(); c.arc(shape[3], shape[4], Math.max(0, shape[5]), 0, 7); c.fill();
      } else if (kind === 4) {
        c.save();
        c.translate(shape[3], shape[4]); c.scale(1, -1);
        c.font = `${shape[5]}px "DejaVu Sans", system-ui, sans-serif`;
        c.textAlign = "center";
        c.fillText(shape[6], 0, 0);
        c.restore();
      } else {
        let x = 0, y = 0;
        c.beginPath();
        for (let index = kind === 0 ? 3 : 4; index < shape.length; index += 2) {
          x += shape[index]; y += shape[index + 1];
          c.lineTo(x, y);
        }
        if (kind !== 1) c.closePath();
        if (kind === 0) { c.fill(); } else { c.lineWidth = shape[3]; c.stroke(); }
      }
    }
  }

  return { create: (host, data) => new Replay(host, data) };
})();
