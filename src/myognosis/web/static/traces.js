// Traces that can be moved and looked at more closely. Without a script the drawn picture stands in their place.
// What is drawn is never more than the lowest and highest sample and one mark for each point of the paper, however long it is.
"use strict";

const HEIGHT = 200, STEP = 4, CLOSE = 0.02, BLUE = "#2f7fc1", MARK = "#c04d00";
const written = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 4 });
const ink = () => getComputedStyle(document.body).color;

// The lowest and highest sample of each column of a stretch, in shares of the whole recording.
const columnsOf = (start, stop, low, high) => ({ start, stop, low, high, n: low.length });

// The same in fewer and fewer columns; what is not a number stays out unless a column holds nothing else.
function pyramid(base) {
  const levels = [base];
  for (let from = base; from.n > 4096; from = levels[levels.length - 1]) {
    const n = Math.ceil(from.n / STEP), low = new Float32Array(n).fill(NaN), high = new Float32Array(n).fill(NaN);
    for (let i = 0; i < from.n; i += 1) {
      const k = (i / STEP) | 0;
      if (!(low[k] <= from.low[i])) low[k] = Number.isNaN(from.low[i]) ? low[k] : from.low[i];
      if (!(high[k] >= from.high[i])) high[k] = Number.isNaN(from.high[i]) ? high[k] : from.high[i];
    }
    levels.push(columnsOf(from.start, from.start + (n * STEP * (from.stop - from.start)) / from.n, low, high));
  }
  return levels;
}

// From columns to one bin a point: bins lie on a grid that does not move with the view, so that a moving trace does not flicker.
function bins(from, start, stop, most, seconds) {
  const each = (from.stop - from.start) / from.n, width = Math.max((stop - start) / most, each);
  const first = Math.floor(start / width), last = Math.ceil(stop / width), t = [], low = [], high = [];
  for (let k = first; k < last; k += 1) {
    const a = Math.max(0, Math.round((k * width - from.start) / each)), b = Math.min(from.n, Math.max(a + 1, Math.round(((k + 1) * width - from.start) / each)));
    let least = Infinity, most_ = -Infinity;
    for (let i = a; i < b; i += 1) {
      if (from.low[i] < least) least = from.low[i];
      if (from.high[i] > most_) most_ = from.high[i];
    }
    t.push((k + 0.5) * width * seconds);
    low.push(least <= most_ ? least : null);
    high.push(least <= most_ ? most_ : null);
  }
  return [t, low, high];
}

// The first of sorted times that is not before one.
function firstFrom(at, time) {
  let a = 0, b = at.length;
  while (a < b) { const c = (a + b) >> 1; if (at[c] < time) a = c + 1; else b = c; }
  return a;
}

// What is looked at of one recording; its channels move together.
class View {
  constructor() { this.start = 0; this.stop = 1; this.least = 1e-9; this.traces = []; this.marks = null; this.asked = false; }

  move(start, stop, resting) {
    const width = Math.min(1, Math.max(stop - start, this.least)), middle = (start + stop) / 2;
    this.start = Math.min(Math.max(middle - width / 2, 0), 1 - width);
    this.stop = this.start + width;
    this.redraw();
    if (resting) this.rest();
  }

  zoom(times, about) {
    const at = this.start + about * (this.stop - this.start), width = (this.stop - this.start) * times;
    this.move(at - about * width, at + (1 - about) * width, true);
  }

  redraw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; for (const trace of this.traces) trace.draw(); });
  }

  // The movement is over: the height fits what is seen, and every sample of a short stretch is fetched.
  rest() {
    clearTimeout(this.later);
    this.later = setTimeout(() => { for (const trace of this.traces) trace.rest(); }, 150);
  }
}

class Trace {
  constructor(figure, view, base) {
    this.figure = figure; this.view = view; this.seen = true; this.stale = false; this.close = null;
    this.seconds = Number(figure.dataset.seconds);
    this.levels = pyramid(base);
    this.y = this.fit();
    this.plot = new uPlot(this.options(), this.data(), figure.querySelector(".plot"));
    view.traces.push(this);
    this.listen();
  }

  // The columns to draw from: the fewest that still give one a point.
  source() {
    const { start, stop } = this.view, points = this.points();
    if (this.close && this.close.start <= start && stop <= this.close.stop) return this.close;
    let best = this.levels[0];
    for (const level of this.levels) if ((level.n * (stop - start)) / (level.stop - level.start) >= points) best = level;
    return best;
  }

  points() { return Math.max(100, this.figure.clientWidth - 90); }

  data() { return bins(this.source(), this.view.start, this.view.stop, this.points(), this.seconds); }

  // The lowest and highest that is seen, with a little room.
  fit() {
    const [, low, high] = this.data();
    let a = Infinity, b = -Infinity;
    for (let i = 0; i < low.length; i += 1) { if (low[i] === null) continue; a = Math.min(a, low[i]); b = Math.max(b, high[i]); }
    if (a > b) return [-1, 1];
    const room = 0.05 * (b - a) || 1;
    return [a - room, b + room];
  }

  options() {
    const { figure, view } = this, unit = figure.dataset.unit, shown = (_, v) => (v === null ? "–" : written.format(v));
    const none = { paths: () => null, points: { show: false }, stroke: BLUE, value: shown };
    const axis = { stroke: ink, grid: { stroke: "rgba(128,140,152,.25)" }, ticks: { stroke: "rgba(128,140,152,.4)" }, values: (_, ticks) => ticks.map(written.format) };
    return {
      width: figure.clientWidth, height: HEIGHT,
      scales: { x: { time: false, range: () => [view.start * this.seconds, view.stop * this.seconds] }, y: { range: () => this.y } },
      series: [{ label: figure.dataset.time, value: shown }, { label: `${figure.dataset.low} (${unit})`, ...none }, { label: `${figure.dataset.high} (${unit})`, ...none }],
      cursor: { drag: { x: false, y: false } },
      axes: [axis, { ...axis, size: 70 }],
      hooks: { draw: [(plot) => { this.drawTrace(plot); this.drawMarks(plot); }], setCursor: [(plot) => this.name(plot)] },
    };
  }

  draw() {
    this.stale = !this.seen;
    if (this.seen) this.plot.setData(this.data());
  }

  drawTrace({ ctx, bbox, data, scales }) {
    const [t, low, high] = data, x = bbox.width / (scales.x.max - scales.x.min), y = bbox.height / (scales.y.max - scales.y.min);
    let pen = false;
    ctx.save();
    ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
    ctx.beginPath();
    for (let i = 0; i < t.length; i += 1) {
      if (low[i] === null) { pen = false; continue; }
      const at = bbox.left + (t[i] - scales.x.min) * x, top = bbox.top + (scales.y.max - high[i]) * y;
      if (pen) ctx.lineTo(at, top); else ctx.moveTo(at, top);
      if (low[i] !== high[i]) ctx.lineTo(at, bbox.top + (scales.y.max - low[i]) * y);
      pen = true;
    }
    ctx.strokeStyle = BLUE; ctx.lineWidth = devicePixelRatio; ctx.lineJoin = "bevel";
    ctx.stroke();
    ctx.restore();
  }

  // One stroke for each point of the paper that holds marks, however many these are.
  drawMarks({ ctx, bbox, scales }) {
    const marks = this.view.marks;
    if (!marks) return;
    const wide = Math.max(1, devicePixelRatio), x = bbox.width / (scales.x.max - scales.x.min);
    const last = firstFrom(marks.at, scales.x.max);
    let before = -1;
    ctx.fillStyle = MARK;
    for (let i = firstFrom(marks.at, scales.x.min); i < last; i += 1) {
      const column = Math.floor(((marks.at[i] - scales.x.min) * x) / wide);
      if (column !== before) ctx.fillRect(bbox.left + column * wide, bbox.top, wide, 12 * devicePixelRatio);
      before = column;
    }
  }

  // The words of the mark next to the pointer.
  name(plot) {
    const marks = this.view.marks, told = this.figure.querySelector(".zoom .soft");
    if (!marks || plot.cursor.left < 0) { told.textContent = ""; return; }
    const time = plot.posToVal(plot.cursor.left, "x"), i = firstFrom(marks.at, time);
    const near = [i - 1, i].filter((k) => k >= 0 && k < marks.at.length).sort((a, b) => Math.abs(marks.at[a] - time) - Math.abs(marks.at[b] - time))[0];
    const close = near !== undefined && Math.abs(plot.valToPos(marks.at[near], "x") - plot.cursor.left) < 8;
    told.textContent = close ? `${marks.text[near]} (${written.format(marks.at[near])})` : "";
  }

  async rest() {
    if (!this.seen) return;
    const { start, stop } = this.view, width = stop - start;
    if (3 * width < CLOSE && this.levels[0].n < Number(this.figure.dataset.samples) && this.source() !== this.close) {
      const answer = await fetch(`${this.figure.dataset.trace}/trace?channel=${this.figure.dataset.channel}&start=${Math.max(0, start - width)}&stop=${Math.min(1, stop + width)}&columns=4000`);
      if (answer.ok) {
        const part = await answer.json(), number = (v) => (v === null ? NaN : v);
        this.close = columnsOf(part.start, part.stop, Float32Array.from(part.low, number), Float32Array.from(part.high, number));
      }
    }
    this.y = this.fit();
    this.draw();
  }

  listen() {
    const { plot, view } = this, over = plot.over;
    over.addEventListener("pointerdown", (down) => {
      if (down.button !== 0) return;
      const { start, stop } = view, share = (stop - start) / over.clientWidth;
      const moved = (now) => view.move(start - (now.clientX - down.clientX) * share, stop - (now.clientX - down.clientX) * share, false);
      const ended = () => {
        for (const kind of ["pointerup", "pointercancel"]) window.removeEventListener(kind, ended);
        window.removeEventListener("pointermove", moved);
        view.rest();
      };
      window.addEventListener("pointermove", moved);
      for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, ended);
    });
    over.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      view.zoom(event.deltaY < 0 ? 0.8 : 1.25, event.offsetX / over.clientWidth);
    }, { passive: false });
    over.addEventListener("dblclick", () => view.move(0, 1, true));
    window.addEventListener("resize", () => { plot.setSize({ width: this.figure.clientWidth, height: HEIGHT }); this.draw(); });
  }
}

const views = new WeakMap();

async function viewOf(figure) {
  const card = figure.closest("section");
  if (views.has(card)) return views.get(card);
  const view = new View();
  view.least = 20 / Number(figure.dataset.samples);
  views.set(card, view);
  fetch(`${figure.dataset.trace}/marks`).then((answer) => (answer.ok ? answer.json() : null)).then((marks) => {
    if (marks) { view.marks = { at: Float64Array.from(marks.at), text: marks.text }; view.redraw(); }
  });
  return view;
}

// A whole trace: few columns, which are there at once, or all.
async function columns(figure, few) {
  const answer = await fetch(`${figure.dataset.trace}/columns?channel=${figure.dataset.channel}&few=${few}`);
  if (!answer.ok) return null;
  const both = new Float32Array(await answer.arrayBuffer()), n = both.length / 2;
  return n ? columnsOf(0, 1, both.subarray(0, n), both.subarray(n)) : null;
}

async function build(figure) {
  const few = await columns(figure, true);
  if (!few) return null;
  const view = await viewOf(figure), holder = document.createElement("div");
  holder.className = "plot";
  figure.querySelector("svg").replaceWith(holder);
  const trace = new Trace(figure, view, few);
  columns(figure, false).then((all) => { if (all) { trace.levels = pyramid(all); trace.draw(); } });
  const zoom = figure.querySelector(".zoom");
  zoom.hidden = false;
  const moves = {
    in: () => view.zoom(0.5, 0.5), out: () => view.zoom(2, 0.5),
    left: () => view.move(view.start - (view.stop - view.start) / 4, view.stop - (view.stop - view.start) / 4, true),
    right: () => view.move(view.start + (view.stop - view.start) / 4, view.stop + (view.stop - view.start) / 4, true),
  };
  zoom.addEventListener("click", (event) => { const button = event.target.closest("[data-move]"); if (button) moves[button.dataset.move](); });
  return trace;
}

// A trace is fetched when it comes near the window, and drawn only while it is there.
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && !target.trace) target.trace = build(target);
    if (target.trace) target.trace.then((trace) => { if (trace) { trace.seen = isIntersecting; if (isIntersecting && trace.stale) { trace.y = trace.fit(); trace.draw(); } } });
  }
}, { rootMargin: "600px" });
const watch = () => { for (const figure of document.querySelectorAll("[data-trace]")) near.observe(figure); };
watch();
document.addEventListener("htmx:afterSettle", watch);
