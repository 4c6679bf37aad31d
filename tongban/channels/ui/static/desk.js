// The desk works without this file. It adds: a key for every act, moving through the queue, counting what is
// ticked, sixty seconds for a number in full.
(() => {
  "use strict";
  const main = document.getElementById("main");
  if (!main) return;
  const typing = (one) => one && (one.isContentEditable || /^(TEXTAREA|SELECT)$/.test(one.tagName)
    || (one.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset)$/.test(one.type)));
  const shown = (one) => one && one.getClientRects().length > 0;

  // ── the queue: a cursor that moves with J and K ──
  const rows = () => [...main.querySelectorAll("[data-row]")];
  let at = -1;
  const point = (index) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, index));
    all.forEach((row, number) => row.classList.toggle("is-here", number === at));
    all[at].querySelector("[data-open]").focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };
  const here = () => rows()[at];
  main.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    at = rows().indexOf(row);
    rows().forEach((one) => one.classList.toggle("is-here", one === row));
  });

  // ── what is ticked, in words; a click anywhere in a row opens it ──
  const form = main.querySelector("[data-bulk]");
  const count = () => {
    const ticked = form.querySelectorAll("input[name=pick]:checked").length;
    form.querySelector("[data-count]").textContent = ticked ? form.dataset.some.replace("{n}", ticked) : form.dataset.none;
    form.querySelectorAll("[data-row]").forEach((row) => row.classList.toggle("is-picked", row.querySelector("input").checked));
    form.querySelectorAll("button[name=act]").forEach((one) => { one.toggleAttribute("data-idle", !ticked); });
  };
  if (form) {
    form.addEventListener("change", count);
    form.addEventListener("reset", () => setTimeout(count));
    form.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (row && !event.target.closest("a, label, input, button") && !String(getSelection())) row.querySelector("[data-open]").click();
    });
    count();
  }
  const openWith = (act) => {
    const link = here() && here().querySelector("[data-open]");
    if (!link) return false;
    const address = new URL(link.href);
    location.href = address.pathname + "/acts/" + act + address.search;
    return true;
  };

  // ── panels: focus goes in when one opens and back when it closes; what was typed as an opinion goes along ──
  const place = document.getElementById("panel");
  let before = null;
  const enter = () => {
    const open = place && place.querySelector("[data-panel-open]");
    if (!open) return;
    const said = main.querySelector("[data-opinion]");
    const asks = open.querySelector("textarea[name=reasons], textarea[name=grounds]");
    if (said && asks && said.value !== said.defaultValue) asks.value = said.value;
    (open.querySelector(".dpanel-body input:not([type=hidden]), .dpanel-body textarea, .dpanel-body select") || open.querySelector("[data-confirm]")).focus();
  };
  const close = () => {
    if (!place || !place.firstElementChild) return false;
    place.replaceChildren();
    if (before && before.isConnected) before.focus();
    return true;
  };
  if (place) {
    document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.target === place) before = event.detail.elt; });
    document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === place) enter(); });
    place.addEventListener("click", (event) => { if (event.target.closest("[data-close]") && close()) event.preventDefault(); });
    enter();
  }

  // ── papers: the one that is shown is marked; a number in full goes after sixty seconds ──
  main.addEventListener("click", (event) => {
    const paper = event.target.closest("[data-paper]");
    if (!paper) return;
    main.querySelectorAll("[data-paper]").forEach((one) => one.removeAttribute("aria-current"));
    paper.setAttribute("aria-current", "true");
  });
  const forget = () => main.querySelectorAll("[data-sixty]:not([data-runs])").forEach((one) => {
    one.dataset.runs = "1";
    setTimeout(() => { one.textContent = one.dataset.masked; }, 60000);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    forget();
    const asked = event.detail.target.querySelector("[data-unmask] input:checked");
    if (asked) asked.focus();
  });
  // What was wrong comes back as a form too.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  forget();

  // ── keys ──
  const press = (letter) => {
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === letter && shown(one));
    const folded = found || [...document.querySelectorAll("details [data-key]")].find((one) => one.dataset.key === letter);
    if (!folded) return false;
    const fold = folded.closest("details");
    if (fold && !shown(folded)) fold.open = true;
    if (typing(folded) || "asks" in folded.dataset) folded.focus(); else folded.click(); // what one key may not do is done by Enter
    return true;
  };
  const queueKeys = {
    j: () => point(at + 1), k: () => point(at < 0 ? 0 : at - 1), x: () => { const box = here() && here().querySelector("input"); if (box) { box.checked = !box.checked; count(); } },
    a: () => openWith("accept"), n: () => openWith("notice"), g: () => openWith("grant"), t: () => openWith("hand-over"), p: () => openWith("stop"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = place && place.querySelector("[data-panel-open] form");
    const inside = typing(document.activeElement);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const target = document.activeElement.closest("form[method=post]") || open;
      if (target) { event.preventDefault(); target.requestSubmit(target.querySelector("[data-confirm]") || undefined); }
      return;
    }
    if (event.key === "Enter" && event.shiftKey && open && document.activeElement.tagName !== "TEXTAREA") {
      const next = open.querySelector("[value=next]");
      if (next) { event.preventDefault(); open.requestSubmit(next); }
      return;
    }
    if (event.key === "Escape") {
      const asks = document.activeElement.closest("[data-unmask]");
      if (asks) { asks.querySelector("a").click(); return; }
      if (close()) return;
      if (inside) { document.activeElement.blur(); return; }
      const clear = form && form.querySelector("[data-clear]");
      if (clear) clear.click();
      return;
    }
    if (inside || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.getElementById("desk-q").focus();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "/") { event.preventDefault(); document.getElementById("desk-q").focus(); return; }
    if (event.key === "?") { location.href = document.querySelector(".desk-rail .is-last a").href; return; }
    if (event.key.length !== 1) return;
    const letter = event.key;
    if (open && letter !== "?") return;
    if (form && !event.shiftKey && queueKeys[letter.toLowerCase()]) { event.preventDefault(); queueKeys[letter.toLowerCase()](); return; }
    if (press(form || event.shiftKey ? letter : letter.toLowerCase())) event.preventDefault();
  });
})();
