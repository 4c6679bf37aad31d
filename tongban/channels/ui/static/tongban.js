// Everything works without this file. It adds: suggestions while typing (ARIA combobox), copying the
// page's link, printing, closing the list of districts, filters that apply as they are chosen, focus on errors.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");

  // ── suggestions: the server sends a list of options, keys move through it, Enter opens ──
  const WAIT = 140;
  document.querySelectorAll("form[data-suggest]").forEach((form, number) => {
    const input = form.querySelector("input[type=search]");
    const panel = form.querySelector("[data-panel]");
    const said = form.querySelector("[data-said]");
    const listId = "suggestions-" + number;
    let timer = 0, asked = "", answer = null, composing = false;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", listId);

    const options = () => [...panel.querySelectorAll("[role=option]")];
    const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");
    const close = () => {
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (index) => {
      options().forEach((one, at) => {
        one.setAttribute("aria-selected", String(at === index));
        if (at === index) { input.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); }
      });
      if (index < 0) input.removeAttribute("aria-activedescendant");
    };
    const show = (html, words) => {
      panel.innerHTML = html;
      const list = panel.querySelector("[role=listbox]");
      if (!list || input.value.trim() !== words || document.activeElement !== input) return close();
      list.id = listId;
      options().forEach((one, at) => { one.id = listId + "-" + at; one.setAttribute("aria-selected", "false"); });
      panel.hidden = false;
      input.setAttribute("aria-expanded", "true");
      said.textContent = list.dataset.says || "";
    };
    const ask = () => {
      const words = input.value.trim();
      if (!words) { asked = ""; return close(); }
      if (words === asked && !panel.hidden) return;
      asked = words;
      if (answer) answer.abort();
      answer = new AbortController();
      fetch(form.dataset.suggest + "?q=" + encodeURIComponent(words), { signal: answer.signal })
        .then((got) => (got.ok ? got.text() : ""))
        .then((html) => show(html, words))
        .catch(() => {});
    };
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; ask(); });
    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const all = options(), at = chosen();
      if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); close(); asked = ""; return; }
      if (event.key === "ArrowDown" && panel.hidden) { asked = ""; ask(); event.preventDefault(); return; }
      if (panel.hidden || !all.length) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(at + 1 < all.length ? at + 1 : 0); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose(at > 0 ? at - 1 : all.length - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.href = all[at].dataset.href; }
    });
    panel.addEventListener("mousedown", (event) => event.preventDefault());
    panel.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      const link = event.target.closest("a");
      if (link) location.href = link.href; else if (option) location.href = option.dataset.href;
    });
    input.addEventListener("blur", close);
  });

  // ── what went wrong is read out first; a question one was sent to stands open ──
  const wrong = document.querySelector(".error-summary");
  if (wrong) wrong.focus();
  const open = () => {
    const asked = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (asked && asked.matches("details")) asked.open = true;
  };
  addEventListener("hashchange", open);
  open();

  document.addEventListener("click", (event) => {
    // ── the link of a page ──
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      event.preventDefault();
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        const said = copy.parentElement.querySelector("[data-copied]");
        if (said) said.textContent = copy.dataset.done;
      });
    }
    if (event.target.closest("[data-print]")) window.print();
    // ── open lists close when one clicks elsewhere ──
    document.querySelectorAll("details.district[open]").forEach((open) => { if (!open.contains(event.target)) open.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.district[open]").forEach((open) => { open.open = false; open.querySelector("summary").focus(); });
  });
})();
