// A minute or half of one of the phone's motion sensor, sent to the computer that shows the code.
"use strict";

const form = document.getElementById("take");
const start = form.querySelector("button[type=submit]");
const resend = document.getElementById("resend");
const told = document.getElementById("told");
const text = form.dataset;
const NO_EVENT_MS = 3000;
const SPARE_MS = 10000;

form.hidden = false;

function say(words, lines = [], count = "") {
  if (told.hidden) { told.hidden = false; told.scrollIntoView({ block: "nearest" }); }
  document.getElementById("count").textContent = count;
  const status = document.getElementById("status");
  if (status.textContent !== words) status.textContent = words;
  document.getElementById("lines").replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const plain = (value) => Number(value.toFixed(4));

async function allowed() {
  if (!window.isSecureContext || !("DeviceMotionEvent" in window)) throw new Error(text.none);
  if (typeof DeviceMotionEvent.requestPermission !== "function") return;
  const answer = await DeviceMotionEvent.requestPermission().catch(() => "denied");
  if (answer !== "granted") throw new Error(text.denied);
}

// The take as columns. It ends by the sensor's own clock; the other clock only watches that the sensor does not fall silent.
function record(seconds) {
  const take = { t: [], ax: [], ay: [], az: [], gx: [], gy: [], gz: [] };
  let first = null, last = null, turns = true;
  return new Promise((done, failed) => {
    const timers = [setTimeout(() => { if (first === null) end(new Error(text.none)); }, NO_EVENT_MS), setTimeout(() => end(), seconds * 1000 + SPARE_MS)];
    function end(error) {
      window.removeEventListener("devicemotion", note);
      document.removeEventListener("visibilitychange", away);
      timers.forEach(clearTimeout);
      if (!turns) take.gx = take.gy = take.gz = [];
      if (error) failed(error); else done(take);
    }
    function away() { if (document.hidden) end(new Error(text.away)); }
    function note(event) {
      const pull = event.accelerationIncludingGravity, turn = event.rotationRate;
      if (!pull || pull.x === null || pull.y === null || pull.z === null) return;
      if (last !== null && event.timeStamp <= last) return;
      last = event.timeStamp;
      if (first === null) first = last;
      const at = (last - first) / 1000;
      if (at > seconds) { end(); return; }
      take.t.push(Number(at.toFixed(5)));
      take.ax.push(plain(pull.x)); take.ay.push(plain(pull.y)); take.az.push(plain(pull.z));
      if (!turn || turn.alpha === null || turn.beta === null || turn.gamma === null) turns = false;
      if (turns) { take.gx.push(plain(turn.alpha)); take.gy.push(plain(turn.beta)); take.gz.push(plain(turn.gamma)); }
      say(text.left, [], String(Math.ceil(seconds - at)));
    }
    window.addEventListener("devicemotion", note);
    document.addEventListener("visibilitychange", away);
  });
}

async function send(take) {
  say(text.sending);
  resend.hidden = true;
  let answer, verdict;
  try {
    answer = await fetch(`samples?language=${document.documentElement.lang}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(take) });
    verdict = await answer.json();
  } catch {
    say(text.unsent);
    resend.hidden = false;
    resend.onclick = () => send(take);
    return;
  }
  if (!answer.ok) {
    say(text.poor, verdict.lines);
    if (answer.status === 429) { resend.hidden = false; resend.onclick = () => send(take); }
    return;
  }
  document.getElementById("done").textContent = verdict.done;
  if (!verdict.good) { say(text.poor, verdict.lines); return; }
  say(verdict.next ? text.good : text.all);
  if (!verdict.next) return;
  form.querySelector(`input[name=side][value=${verdict.next.side}]`).checked = true;
  form.querySelector(`input[name=state][value=${verdict.next.state}]`).checked = true;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = new FormData(form);
  let awake = null;
  start.disabled = true;
  resend.hidden = true;
  try {
    await allowed();
    awake = await navigator.wakeLock?.request("screen").catch(() => null);
    for (const left of [3, 2, 1]) { say(text.ready, [], String(left)); await wait(1000); }
    const take = await record(Number(form.querySelector("input[name=state]:checked").dataset.seconds));
    navigator.vibrate?.([200, 100, 200]);
    await send({ state: chosen.get("state"), side: chosen.get("side"), ...take });
  } catch (error) {
    say(error.message);
  } finally {
    awake?.release();
    start.disabled = false;
  }
});
