// Passkeys: the browser makes or shows one, the form carries the answer. Forms say data-passkey="create|get".
(() => {
  "use strict";
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const readOptions = (options, kind) => {
    const found = options.publicKey || options;
    found.challenge = bytes(found.challenge);
    if (kind === "create") found.user.id = bytes(found.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"])
      (found[list] || []).forEach((one) => { one.id = bytes(one.id); });
    return { publicKey: found };
  };
  const written = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (made.response[name]) response[name] = text(made.response[name]);
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response,
      authenticatorAttachment: made.authenticatorAttachment,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const kind = form.dataset.passkey;
    const failed = form.querySelector("[data-failed]");
    form.addEventListener("submit", async (event) => {
      if (form.credential.value) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        const options = form.dataset.options
          ? JSON.parse(form.dataset.options)
          : (await (await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } })).json()).request_options;
        form.credential.value = written(await navigator.credentials[kind](readOptions(options, kind)));
        form.submit();
      } catch (problem) {
        form.credential.value = "";
        failed.hidden = false;
      }
    });
  });
})();
