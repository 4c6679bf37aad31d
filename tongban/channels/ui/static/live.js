// A page whose figures move renews what is marked data-live, every so many seconds, while somebody can see it. It can be
// stopped; for whoever wants less motion it begins stopped. Without this file the page has a link that asks anew.
// A page of the past (data-play) begins stopped, and goes on to where its link “next” leads, until there is none.
(() => {
  "use strict";
  const control = document.querySelector("[data-renew]");
  if (!control) return;
  const seconds = Number(control.dataset.renew);
  const button = control.querySelector("button");
  const said = control.querySelector("[data-renewed]");
  const plays = "play" in control.dataset;
  const next = () => document.querySelector('[data-live] a[rel="next"]');
  let stopped = plays || matchMedia("(prefers-reduced-motion: reduce)").matches || sessionStorage.getItem("live") === "stopped";
  let timer = 0, asking = null;

  const show = () => {
    button.textContent = stopped ? button.dataset.go : button.dataset.stop;
    control.classList.toggle("is-stopped", stopped);
  };
  const wait = () => {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(renew, seconds * 1000);
  };
  // What one has opened or stands on stays so: parts that hold the focus or a selection wait for the next time.
  const busy = (one) => one.contains(document.activeElement) || (!getSelection().isCollapsed && one.contains(getSelection().anchorNode));
  const take = (page) => {
    document.querySelectorAll("[data-live]").forEach((old) => {
      const fresh = page.getElementById(old.id);
      if (!fresh || busy(old) || fresh.innerHTML === old.innerHTML) return;
      const open = [...old.querySelectorAll("details[open]")].map((one) => one.id);
      old.replaceChildren(...fresh.childNodes);
      open.forEach((id) => { const one = id && document.getElementById(id); if (one) one.open = true; });
    });
    const now = page.querySelector("[data-renewed]");
    if (now && said) said.textContent = now.textContent;
  };
  const renew = () => {
    if (asking) asking.abort();
    asking = new AbortController();
    const address = plays ? next() && next().href : control.dataset.address || location.href;
    if (!address) { stopped = true; show(); return; }
    fetch(address, { headers: { "X-Renewed": "yes" }, signal: asking.signal })
      .then((got) => (got.ok && !got.redirected ? got.text() : Promise.reject(new Error(String(got.status)))))
      .then((html) => {
        take(new DOMParser().parseFromString(html, "text/html"));
        if (plays) history.replaceState(history.state, "", address);
        wait();
      })
      .catch((error) => { if (error.name !== "AbortError") { stopped = true; show(); } });
  };
  button.addEventListener("click", () => {
    stopped = !stopped;
    if (!plays) sessionStorage.setItem("live", stopped ? "stopped" : "");
    show();
    if (stopped) clearTimeout(timer); else renew();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !stopped) renew(); else clearTimeout(timer); });
  button.hidden = false;
  show();
  wait();
})();
