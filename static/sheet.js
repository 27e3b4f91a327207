// Keys for people who plan all day. Everything works without this file.
(() => {
  "use strict";
  const goTo = { s: "/season", f: "/fit", e: "/events", i: "/issues", p: "/people" };
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]");
  let afterG = false;

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const rowOf = (node) => rows().findIndex((row) => row.contains(node));
  const look = (at) => {
    const all = rows();
    const row = all[Math.min(Math.max(at, 0), all.length - 1)];
    (row?.matches("a") ? row : row?.querySelector("a") ?? row?.querySelector("button"))?.focus();
  };
  const step = (by) => {
    const at = rowOf(document.activeElement);
    look(at < 0 ? 0 : at + by);
  };

  // The page comes back after an answer: the next row to look at is where this one was.
  const answer = (key) => {
    const at = rowOf(document.activeElement);
    const button = rows()[at]?.querySelector(`[data-key=${key}]`);
    if (!button) return;
    sessionStorage.setItem("row", at);
    button.click();
  };
  const left = sessionStorage.getItem("row");
  sessionStorage.removeItem("row");
  if (left !== null) look(Number(left));

  const acts = {
    "/": () => document.querySelector("#search")?.focus(),
    "?": () => { window.location.href = "/help"; },
    c: () => { window.location.href = "/events/new"; },
    j: () => step(1),
    k: () => step(-1),
    a: () => answer("a"),
    r: () => answer("r"),
    p: () => document.querySelector("[data-pick]")?.focus(),
    z: () => document.querySelector("[data-undo]")?.click(),
  };

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || typing(press.target)) return;
    if (localStorage.getItem("keys") === "off") return;
    const key = press.key.toLowerCase();
    if (afterG && goTo[key]) {
      window.location.href = goTo[key];
      press.preventDefault();
    } else if (key !== "g" && acts[key]) {
      acts[key]();
      press.preventDefault();
    }
    afterG = key === "g";
  });

  // A person may also be dragged into a slot of the roster; the forms do the same by keyboard.
  const token = document.querySelector("input[name=csrf_token]")?.value;
  document.addEventListener("dragstart", (drag) => {
    const person = drag.target.closest?.("[data-pick]")?.dataset.pick;
    if (person) drag.dataTransfer.setData("application/x-person", person);
  });
  document.addEventListener("dragover", (drag) => {
    const isPerson = drag.dataTransfer.types.includes("application/x-person");
    if (isPerson && drag.target.closest("[data-place]")) drag.preventDefault();
  });
  document.addEventListener("drop", (drag) => {
    const person = drag.dataTransfer.getData("application/x-person");
    const slot = drag.target.closest("[data-place]");
    if (!person || !slot) return;
    drag.preventDefault();
    const form = document.createElement("form");
    form.method = "post";
    form.action = slot.dataset.place.replace(/0$/, person);
    for (const [name, value] of [["csrf_token", token], ["person", person]]) {
      const field = form.appendChild(document.createElement("input"));
      [field.type, field.name, field.value] = ["hidden", name, value];
    }
    document.body.append(form);
    form.submit();
  });

  const keysSwitch = document.querySelector("#keys");
  if (keysSwitch) {
    keysSwitch.hidden = false;
    const box = keysSwitch.querySelector("input");
    box.checked = localStorage.getItem("keys") !== "off";
    box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
  }

  // What is to be passed on gets a button; without scripts it can be selected.
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    [button.type, button.className, button.textContent] = ["button", "btn spaced", "Copy"];
    button.setAttribute("aria-describedby", text.id);
    button.addEventListener("click", async () => {
      text.select();
      try {
        await navigator.clipboard.writeText(text.value);
      } catch {
        document.execCommand("copy"); // off HTTPS there is no clipboard to write to
      }
      button.textContent = "Copied";
    });
    text.after(button);
  }

  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
})();
