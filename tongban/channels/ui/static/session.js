// Warns two minutes before a session ends and lets one stay; other tabs of the same session count too.
// Without this file the server ends the session just the same and says what was kept.
(() => {
  "use strict";
  const box = document.getElementById("session");
  if (!box) return;
  const WARN = 120;
  const words = box.querySelector("[data-countdown]");
  const stay = box.querySelector("form");
  let end = Date.now() + Number(box.dataset.left) * 1000;
  let before = null;

  const left = () => Math.round((end - Date.now()) / 1000);
  const show = () => {
    if (!box.hidden) return;
    before = document.activeElement;
    box.hidden = false;
    box.querySelector("button").focus();
  };
  const hide = () => {
    if (box.hidden) return;
    box.hidden = true;
    if (before && before.focus) before.focus();
  };
  const ask = () =>
    fetch(box.dataset.status, { headers: { Accept: "application/json" } })
      .then((got) => got.json())
      .then((state) => {
        end = Date.now() + state.seconds_left * 1000;
        if (state.seconds_left <= 0) location.assign(box.dataset.door);
        return state.seconds_left;
      })
      .catch(() => left());

  stay.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(stay.action, { method: "POST", body: new FormData(stay), headers: { Accept: "application/json" } })
      .then((got) => (got.ok ? got.json() : { seconds_left: 0 }))
      .then((state) => {
        end = Date.now() + state.seconds_left * 1000;
        if (state.seconds_left > 0) hide();
        else location.assign(box.dataset.door);
      })
      .catch(() => {});
  });
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") stay.requestSubmit(); });

  let asked = 0;
  setInterval(() => {
    const seconds = left();
    if (seconds > WARN) return hide();
    // Another tab may have gone on: ask the server before warning, and again before leaving.
    if (box.hidden || seconds <= 0) {
      if (Date.now() - asked < 5000) return;
      asked = Date.now();
      ask().then((now) => { if (now > 0 && now <= WARN) show(); });
      return;
    }
    words.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }, 1000);
})();
