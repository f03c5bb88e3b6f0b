// Traces that can be moved and looked at more closely. Without a script the drawn picture stands in their place.
"use strict";

const ink = () => getComputedStyle(document.body).color;

async function build(figure) {
  const state = { start: 0, stop: 1, busy: false, wanted: false };
  const fetchPart = async () => {
    const columns = Math.max(200, Math.round(figure.clientWidth));
    const answer = await fetch(`${figure.dataset.trace}/trace?channel=${figure.dataset.channel}&start=${state.start}&stop=${state.stop}&columns=${columns}`);
    return answer.ok ? answer.json() : null;
  };
  const first = await fetchPart();
  if (!first || !first.s.length) return;
  const data = (part) => [part.s, part.low, part.high];
  let marks = first.marks;
  const drawMarks = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = "#c04d00";
    for (const [at] of marks) {
      const x = plot.valToPos(at, "x", true);
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + 12 * devicePixelRatio); ctx.stroke();
    }
    ctx.restore();
  };
  const line = { stroke: "#2f7fc1", width: 1, points: { show: false } };
  const axis = { stroke: ink, grid: { stroke: "rgba(128,140,152,.25)" }, ticks: { stroke: "rgba(128,140,152,.4)" } };
  const options = {
    width: figure.clientWidth, height: 200,
    scales: { x: { time: false } },
    series: [{ label: figure.dataset.time }, { label: `${figure.dataset.low} (${figure.dataset.unit})`, ...line }, { label: `${figure.dataset.high} (${figure.dataset.unit})`, ...line }],
    bands: [{ series: [2, 1], fill: "rgba(47,127,193,.35)" }],
    axes: [axis, { ...axis, size: 70 }],
    hooks: { draw: [drawMarks] },
  };
  const still = figure.querySelector("svg");
  const holder = document.createElement("div");
  still.replaceWith(holder);
  const plot = new uPlot(options, data(first), holder);
  const renew = async () => {
    if (state.busy) { state.wanted = true; return; }
    state.busy = true;
    const part = await fetchPart();
    state.busy = false;
    if (part) { marks = part.marks; plot.setData(data(part)); }
    if (state.wanted) { state.wanted = false; renew(); }
  };
  const moves = {
    in: (w) => [state.start + w / 4, state.stop - w / 4], out: (w) => [state.start - w / 2, state.stop + w / 2],
    left: (w) => [state.start - w / 4, state.stop - w / 4], right: (w) => [state.start + w / 4, state.stop + w / 4],
  };
  const move = (how) => {
    let [start, stop] = moves[how](state.stop - state.start);
    if (start < 0) { stop = Math.min(1, stop - start); start = 0; }
    if (stop > 1) { start = Math.max(0, start - (stop - 1)); stop = 1; }
    if (stop - start < 1e-5) return;
    state.start = start; state.stop = stop;
    renew();
  };
  const zoom = figure.querySelector(".zoom");
  zoom.hidden = false;
  zoom.addEventListener("click", (event) => { const button = event.target.closest("[data-move]"); if (button) move(button.dataset.move); });
  holder.addEventListener("wheel", (event) => { if (event.ctrlKey) { event.preventDefault(); move(event.deltaY < 0 ? "in" : "out"); } }, { passive: false });
  window.addEventListener("resize", () => plot.setSize({ width: figure.clientWidth, height: 200 }));
}

const buildIn = (part) => { for (const figure of part.querySelectorAll("[data-trace] > svg")) build(figure.parentElement); };
buildIn(document);
document.addEventListener("htmx:afterSettle", () => buildIn(document));
