"use strict";
// The labelling page. No request ever leaves it; labels are saved through a download.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const canvas = byId("traces"), pen = canvas.getContext("2d");
  const samples = (text) => {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return new Int16Array(bytes.buffer);
  };
  const channels = data.channels.map((c) => ({ ...c, low: samples(c.low), high: c.high === c.low ? null : samples(c.high) }));
  const first = data.start, last = data.start + data.seconds;
  const view = { start: first, span: Math.min(10, data.seconds), gain: Math.sqrt(Math.min(data.rows, channels.length)), line: first + Math.min(1, data.seconds / 2), top: data.top, rows: Math.min(data.rows, channels.length) };
  let labels = data.labels.slice(), chosen = null, past = [], dirty = false, drag = null;

  const say = (key, values = {}) => {
    byId("status").textContent = data.texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const language = document.documentElement.lang;
  const number = (value, digits) => value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });
  const short = (value, digits) => value.toLocaleString(language, { maximumSignificantDigits: digits, useGrouping: false });
  const named = (id) => (data.classes.find((c) => c.id === id) || { name: id }).name;
  const option = (select, value, text) => {
    const made = document.createElement("option");
    made.value = value; made.textContent = text; select.append(made);
  };
  data.classes.forEach((c, i) => option(byId("kind"), c.id, `${i < 9 ? i + 1 + " " : ""}${c.name}`));
  option(byId("where"), "", data.texts.all);
  channels.forEach((c) => option(byId("where"), c.name, c.name));

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
  const ratio = () => window.devicePixelRatio || 1;
  const row = () => (canvas.height - 38 * ratio()) / Math.max(1, view.rows); // below stand the times and the classes
  const toX = (s) => (s - view.start) / view.span * canvas.width;
  const toS = (x) => view.start + x / canvas.width * view.span;

  function drawChannel(c, index) {
    const middle = (index + 0.5) * row(), factor = view.gain * row() * 0.42 / c.size * c.scale;
    const width = canvas.width, source = c.high || c.low;
    pen.strokeStyle = colour("--line"); pen.lineWidth = 1; pen.beginPath();
    for (let x = 0; x < width; x++) {
      const from = Math.max(0, Math.floor((toS(x) - first) * c.rate)), to = Math.min(c.low.length - 1, Math.ceil((toS(x + 1) - first) * c.rate));
      let low = Infinity, high = -Infinity;
      for (let i = from; i <= to; i++) {
        if (c.low[i] === -32768) continue;
        if (c.low[i] < low) low = c.low[i];
        if (source[i] > high) high = source[i];
      }
      if (low > high) continue;
      pen.moveTo(x + 0.5, middle - high * factor - 0.5);
      pen.lineTo(x + 0.5, middle - low * factor + 0.5);
    }
    pen.stroke();
    const apart = Math.max(1, Math.ceil(14 * ratio() / row())); // names that would stand on each other are left out
    if (index % apart === 0) write(c.short, 4 * ratio(), Math.max(15 * ratio(), middle + 5 * ratio()));
  }
  function write(words, x, y) { // on a ground of its own, since the traces run below
    pen.globalAlpha = 0.8; pen.fillStyle = colour("--paper");
    pen.fillRect(x - 2 * ratio(), y - 12 * ratio(), pen.measureText(words).width + 4 * ratio(), 15 * ratio());
    pen.globalAlpha = 1; pen.fillStyle = colour("--ink"); pen.fillText(words, x, y);
  }

  const round = (value) => { // the nearest smaller of 1, 2, 5 times a power of ten
    const power = 10 ** Math.floor(Math.log10(value));
    return power * [5, 2, 1].find((step) => step * power <= value * 1.0001);
  };
  function drawScale() { // a bar of size in the first row of each kind of channel, and one of time
    const shown = channels.slice(view.top, view.top + view.rows), told = [], x = canvas.width - 14 * ratio();
    pen.strokeStyle = colour("--ink"); pen.lineWidth = 3 * ratio();
    shown.forEach((c, index) => {
      if (index && shown[index - 1].size === c.size && shown[index - 1].unit === c.unit) return;
      const perPixel = c.size / (view.gain * row() * 0.42), most = Math.max(0.45 * row(), 9 * ratio());
      const bar = round(most * perPixel), foot = (index + 0.95) * row(), words = `${short(bar, 2)} ${c.unit}`;
      pen.beginPath(); pen.moveTo(x, foot); pen.lineTo(x, foot - bar / perPixel); pen.stroke();
      write(words, x - pen.measureText(words).width - 8 * ratio(), foot - bar / perPixel / 2 + 5 * ratio());
      told.push(words);
    });
    const seconds = round(view.span / 8), length = seconds / view.span * canvas.width, y = canvas.height - 34 * ratio();
    const time = seconds < 1 ? `${short(1000 * seconds, 2)} ${data.texts.millisecond}` : `${short(seconds, 2)} ${data.texts.second}`;
    pen.beginPath(); pen.moveTo(x - length, y); pen.lineTo(x, y); pen.stroke();
    write(time, x - length - pen.measureText(time).width - 8 * ratio(), y + 5 * ratio());
    canvas.setAttribute("aria-label", [...told, time].join(", "));
  }

  function drawLabel(label, taken) {
    const x = toX(label.start_s), end = toX(label.start_s + label.duration_s);
    if (end < 0 || x > canvas.width) return;
    const index = label.channel ? channels.findIndex((c) => c.name === label.channel) - view.top : -1;
    if (label.channel && (index < 0 || index >= view.rows)) return;
    const top = index < 0 ? 0 : index * row(), height = index < 0 ? canvas.height : row();
    pen.strokeStyle = pen.fillStyle = colour(label === chosen ? "--chosen" : "--mark");
    pen.lineWidth = label === chosen ? 3 : 1.5;
    pen.beginPath(); pen.moveTo(x, top); pen.lineTo(x, top + height); pen.stroke();
    if (end > x + 1) { pen.globalAlpha = 0.15; pen.fillRect(x, top, end - x, height); pen.globalAlpha = 1; }
    const words = named(label.class), begin = x + 3 * ratio();
    if (label !== chosen && begin < (taken.get(top) ?? -Infinity)) return; // no room: the list tells the class
    pen.fillText(words, begin, top + height - 6 * ratio());
    taken.set(top, begin + pen.measureText(words).width);
  }

  function draw() {
    const box = canvas.getBoundingClientRect();
    canvas.width = Math.max(1, box.width * ratio()); canvas.height = Math.max(1, box.height * ratio());
    pen.font = `${13 * ratio()}px system-ui`; pen.clearRect(0, 0, canvas.width, canvas.height);
    const step = 10 ** Math.floor(Math.log10(view.span / 2));
    pen.strokeStyle = colour("--grid"); pen.fillStyle = colour("--ink"); pen.lineWidth = 1;
    for (let s = Math.ceil(view.start / step) * step; s <= view.start + view.span; s += step) {
      pen.beginPath(); pen.moveTo(toX(s), 0); pen.lineTo(toX(s), canvas.height); pen.stroke();
    }
    channels.slice(view.top, view.top + view.rows).forEach(drawChannel); const taken = new Map();
    labels.forEach((label) => drawLabel(label, taken));
    for (let s = Math.ceil(view.start / step) * step; s <= view.start + view.span; s += step)
      write(`${short(+s.toFixed(4), 9)} ${data.texts.second}`, toX(s) + 2 * ratio(), canvas.height - 22 * ratio());
    drawScale();
    pen.setLineDash([6, 4]); pen.strokeStyle = colour("--ink"); pen.lineWidth = ratio();
    pen.beginPath(); pen.moveTo(toX(view.line), 0); pen.lineTo(toX(view.line), canvas.height); pen.stroke(); pen.setLineDash([]);
  }

  function list() {
    labels.sort((a, b) => a.start_s - b.start_s);
    byId("list").replaceChildren(...labels.map((label) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button"; button.textContent = `${number(label.start_s, 3)} ${data.texts.second} ${named(label.class)}${label.channel ? ", " + label.channel : ""}`;
      button.setAttribute("aria-current", String(label === chosen));
      button.addEventListener("click", () => show(label));
      item.append(button); return item;
    }));
  }
  const refresh = () => { list(); draw(); };
  const keep = () => { past.push(JSON.stringify(labels)); if (past.length > 200) past.shift(); dirty = true; };
  const inside = (s) => Math.min(Math.max(first, s), last);

  function show(label) {
    chosen = label; view.line = label.start_s;
    const index = channels.findIndex((c) => c.name === label.channel);
    if (index >= 0 && (index < view.top || index >= view.top + view.rows)) { view.top = index; page(0); }
    if (label.start_s < view.start || label.start_s > view.start + view.span) move(label.start_s - view.span / 2 - view.start);
    refresh();
  }
  function move(by) { view.start = Math.min(Math.max(first, view.start + by), Math.max(first, last - view.span)); }
  function page(by) { view.top = Math.min(Math.max(0, view.top + by * view.rows), Math.max(0, channels.length - view.rows)); }
  function all() { view.rows = view.rows < channels.length ? channels.length : Math.min(data.rows, channels.length); page(0); }
  function place(seconds) {
    keep();
    chosen = { start_s: +inside(seconds).toFixed(5), duration_s: 0, channel: byId("where").value, class: byId("kind").value, note: "", rater: byId("rater").value };
    labels.push(chosen); say("placed", { kind: named(chosen.class), s: number(chosen.start_s, 3) }); refresh();
  }
  function remove() {
    if (!chosen) return say("none");
    keep(); labels = labels.filter((x) => x !== chosen);
    say("removed", { kind: named(chosen.class), s: number(chosen.start_s, 3) }); chosen = null; refresh();
  }
  function edge(atEnd) {
    if (!chosen) return say("none");
    keep();
    const end = chosen.start_s + chosen.duration_s, at = inside(view.line);
    if (atEnd) chosen.duration_s = Math.max(0, +(at - chosen.start_s).toFixed(5));
    else { chosen.start_s = at; chosen.duration_s = Math.max(0, +(end - at).toFixed(5)); }
    refresh();
  }
  function undo() { if (past.length) { labels = JSON.parse(past.pop()); chosen = null; refresh(); } }
  function beside(step) {
    if (!labels.length) return;
    const at = labels.indexOf(chosen);
    const next = at < 0 ? labels.findIndex((x) => x.start_s >= view.line) : at + step;
    show(labels[Math.min(Math.max(0, next), labels.length - 1)]);
  }
  function save() {
    const text = JSON.stringify({ schema: "myognosis/labels/1", recording: data.recording, seconds: data.seconds, labels }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const rater = byId("rater").value.trim().replace(/[^\p{L}\p{N}]+/gu, "-"); // so that two raters do not save over each other
    link.download = `${data.recording}.${rater ? rater + "." : ""}labels.json`; link.click(); URL.revokeObjectURL(link.href);
    dirty = false; say("saved", { n: labels.length });
  }
  async function open(file) {
    try {
      const read = JSON.parse(await file.text());
      if (read.schema !== "myognosis/labels/1" || !Array.isArray(read.labels)) throw new Error();
      if (!read.labels.every((x) => Number.isFinite(x.start_s) && typeof x.class === "string")) throw new Error();
      keep(); labels = read.labels.map((x) => ({ duration_s: 0, channel: "", note: "", rater: "", ...x })); chosen = null;
      say("loaded", { n: labels.length }); refresh();
    } catch { say("bad"); }
  }

  const actions = {
    ArrowLeft: (e) => move(-view.span * (e.shiftKey ? 1 : 0.25)), ArrowRight: (e) => move(view.span * (e.shiftKey ? 1 : 0.25)),
    ArrowUp: () => { view.span = Math.max(0.02, view.span / 1.5); move(0); }, ArrowDown: () => { view.span = Math.min(data.seconds, view.span * 1.5); move(0); },
    PageUp: () => page(-1), PageDown: () => page(1), 0: all,
    "+": () => { view.gain *= 1.3; }, "=": () => { view.gain *= 1.3; }, "-": () => { view.gain /= 1.3; },
    ",": () => { view.line = inside(view.line - view.span / 500); }, ".": () => { view.line = inside(view.line + view.span / 500); },
    Enter: () => place(view.line), Delete: remove, Backspace: remove, n: () => beside(1), p: () => beside(-1), u: undo, s: save,
    "[": () => edge(false), "]": () => edge(true),
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(e.target.tagName)) return;
    const digit = +e.key;
    if (digit >= 1 && digit <= Math.min(9, data.classes.length)) byId("kind").selectedIndex = digit - 1;
    else if (actions[e.key] || actions[e.key.toLowerCase()]) (actions[e.key] || actions[e.key.toLowerCase()])(e);
    else return;
    e.preventDefault(); draw();
  });
  const pointed = (e) => toS((e.clientX - canvas.getBoundingClientRect().left) * ratio());
  canvas.addEventListener("pointerdown", (e) => {
    const near = view.span / canvas.width * 6 * ratio(), at = pointed(e);
    const hit = labels.filter((x) => Math.abs(x.start_s - at) <= near).sort((a, b) => Math.abs(a.start_s - at) - Math.abs(b.start_s - at))[0];
    if (hit) { keep(); chosen = drag = hit; canvas.setPointerCapture(e.pointerId); refresh(); }
    else place(at);
  });
  canvas.addEventListener("pointermove", (e) => { view.line = inside(pointed(e)); if (drag) drag.start_s = +view.line.toFixed(5); draw(); });
  canvas.addEventListener("pointerup", () => { if (drag) { drag = null; refresh(); } });
  canvas.addEventListener("wheel", (e) => { e.preventDefault(); if (e.deltaY) move(Math.sign(e.deltaY) * view.span * 0.1); draw(); }, { passive: false });
  byId("save").addEventListener("click", save);
  byId("open").addEventListener("change", (e) => { if (e.target.files[0]) open(e.target.files[0]); e.target.value = ""; });
  window.addEventListener("resize", draw);
  window.addEventListener("beforeunload", (e) => { if (dirty) { e.preventDefault(); e.returnValue = data.texts.leave; } });
  refresh(); canvas.focus();
})();
