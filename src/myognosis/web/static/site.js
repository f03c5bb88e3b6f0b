// What a script adds. Every page works without it.
"use strict";

// A page that a browser kept for its Back button may be out of date: the emergency page must never be lost behind it.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

// The list of faults takes the focus, so that it is read first.
const faults = document.getElementById("faults");
if (faults) faults.focus();

// A part of the page that comes anew, while the keyboard is in it, keeps it: on its heading.
let held = false;
document.addEventListener("htmx:beforeSwap", (event) => { held = event.detail.target.contains(document.activeElement); });
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt, place = part.querySelector("h2") || part;
  if (held && !part.contains(document.activeElement)) { place.tabIndex = -1; place.focus(); }
  held = false;
});

// Ticking "none of these" clears the others, and the other way round.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.name || !box.checked) return;
  const group = box.closest("[data-exclusive]");
  if (!group) return;
  const alone = box.dataset.alone !== undefined;
  for (const other of group.querySelectorAll("input[type=checkbox][name]")) {
    if (other !== box && (alone || other.dataset.alone === "all")) other.checked = false;
  }
});

// Paper cannot be unfolded: what is folded is opened for printing and closed again.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const fold of opened) fold.open = true;
});
window.addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A file can be dropped on a form that asks for one.
for (const hint of document.querySelectorAll("form [data-drop]")) {
  const form = hint.closest("form"), box = form.querySelector("input[type=file]");
  hint.hidden = false;
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) box.files = event.dataTransfer.files;
    });
  }
}

// A side says too little without a place: the form says so before the file is sent.
const side = document.querySelector("select[name=side]#side"), place = document.querySelector("select[name=place]#place");
if (side && place) side.addEventListener("change", () => { place.required = side.value !== ""; place.setCustomValidity(""); });

// What a browser says of a field it says in its own language: here it says it in that of the page.
for (const field of document.querySelectorAll("[data-missing], [data-wrong]")) {
  field.addEventListener("invalid", () => {
    const said = field.validity.valueMissing ? field.dataset.missing : field.dataset.wrong;
    if (said && !field.validity.customError) field.setCustomValidity(said);
  });
  const clear = () => { for (const one of field.form.elements) if (one.name === field.name) one.setCustomValidity(""); };
  for (const kind of ["input", "change"]) field.addEventListener(kind, clear);
}

// What is chosen on the body map, in words.
const chosen = document.querySelector("[data-chosen]");
if (chosen) {
  const tell = () => {
    const names = [...document.querySelectorAll("input[name=place]:checked")].map((box) => box.closest("label").textContent.trim());
    chosen.hidden = names.length === 0;
    chosen.querySelector("span").textContent = [...new Set(names)].join("; ");
  };
  document.addEventListener("change", tell);
  tell();
}
