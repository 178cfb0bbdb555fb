import { answerTo } from "./answer.ts";
import { keepShell, removeOthers } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Opens the page without a network. Never caches responses of the API. */
self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request, (work) => event.waitUntil(work));
  if (answer) event.respondWith(answer);
});
