// The axon answers at once: the lists become sliders, the picture follows them. Without a script the form asks the server.
"use strict";

const CLOSE_S = 0.2, PAIR_S = 0.03, WIDE = 1000;

const strokes = (times, seconds, start) => times.map((t) => t - start).filter((t) => t >= 0 && t <= seconds)
  .map((t) => `M${((WIDE * t) / seconds).toFixed(1)} 6V39`).join("");

async function build(form) {
  const answer = await fetch(form.dataset.play);
  if (!answer.ok) return;
  const grid = await answer.json();
  const lists = [...form.querySelectorAll("select")];
  const play = form.parentElement;
  const meaning = play.querySelector("[data-meaning]"), yours = play.querySelector("[data-yours]"), close = play.querySelector("[data-close]");
  const label = yours.querySelector("strong").textContent;
  const show = () => {
    const index = lists.reduce((at, list, i) => at * grid.sizes[i] + list.selectedIndex, 0);
    const [pattern, told, tenths] = grid.points[index];
    const times = tenths.map((t) => t / 1e4);
    meaning.textContent = grid.meanings[pattern];
    const line = yours.querySelector("p"), strong = document.createElement("strong");
    strong.textContent = label;
    line.replaceChildren(strong, `: ${told}`);
    yours.querySelector(".axon-spike").setAttribute("d", strokes(times, grid.seconds, 0));
    const gaps = times.slice(1).map((t, i) => t - times[i]), least = Math.min(PAIR_S, ...gaps), pair = gaps.indexOf(least);
    close.hidden = pair < 0;
    if (pair >= 0) close.querySelector(".axon-spike").setAttribute("d", strokes(times, CLOSE_S, Math.max(0, times[pair] - CLOSE_S / 2)));
  };
  for (const list of lists) {
    const slider = document.createElement("input"), value = document.createElement("output");
    slider.type = "range";
    slider.max = list.options.length - 1;
    slider.value = list.selectedIndex;
    const tell = () => { value.textContent = list.selectedOptions[0].textContent; slider.setAttribute("aria-valuetext", value.textContent); };
    slider.addEventListener("input", () => { list.selectedIndex = Number(slider.value); tell(); show(); });
    slider.id = list.id;
    slider.setAttribute("aria-describedby", list.getAttribute("aria-describedby"));
    value.setAttribute("for", slider.id);
    value.setAttribute("aria-live", "off");
    list.removeAttribute("id");
    list.hidden = true;
    list.before(slider, value);
    tell();
  }
  form.querySelector("[data-plain]").hidden = true;
}

for (const form of document.querySelectorAll("form[data-play]")) build(form);
