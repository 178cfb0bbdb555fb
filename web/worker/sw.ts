import { answerTo } from "./answer.ts";
import { keepShell, removeOthers } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Lets the page open without a network. It never keeps an answer of the API. */
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
