// Refreshes the elements marked data-live, and copies texts. Pages work without it.
"use strict";

const PAUSE = 2000;
const LONGEST = 30000;
const parts = document.querySelectorAll("[data-live]");
const lost = document.getElementById("lost");
let pause = PAUSE;

// It fetches the page again and replaces what has changed, so only the server makes HTML.
async function refresh() {
  const answer = await fetch(location.href, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(20000),
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) {
    const said = [...page.querySelectorAll("h1, #problem p")].map((part) => part.textContent);
    throw new Error(said.map((text) => text.replace(/\.?$/, ".")).join(" ") || answer.statusText);
  }
  for (const part of parts) {
    const found = page.getElementById(part.id);
    if (found && found.innerHTML !== part.innerHTML) replace(part, found);
  }
}

function replace(part, found) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const atEnd = part.scrollTop + part.clientHeight >= part.scrollHeight - 4;
  part.replaceChildren(...found.childNodes);
  if (atEnd) part.scrollTop = part.scrollHeight;
  const again = focused && focused !== part.id && document.getElementById(focused);
  if (again) again.focus({ preventScroll: true });
}

function say(text) {
  if (lost.textContent !== text) lost.textContent = text;
  lost.hidden = !text;
}

async function keepUp() {
  // A page in the background waits.
  if (!document.hidden) {
    try {
      await refresh();
      say("");
      pause = PAUSE;
    } catch (error) {
      const known = error instanceof TypeError || error instanceof DOMException;
      say(`This page is out of date. ${known ? "The service does not respond." : error.message}`);
      pause = Math.min(pause * 2, LONGEST);
    }
  }
  setTimeout(keepUp, pause);
}

if (parts.length) setTimeout(keepUp, PAUSE);

const log = document.getElementById("log");
if (log) log.scrollTop = log.scrollHeight;

for (const button of document.querySelectorAll("[data-copy]")) {
  // Browsers allow it on HTTPS and localhost only.
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.firstChild.textContent = "Copied";
    setTimeout(() => (button.firstChild.textContent = "Copy"), PAUSE);
  });
}
