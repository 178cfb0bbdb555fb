import { isHashed, keep, keepShell, kept, keptIndex } from "./shell.ts";

type Later = (work: Promise<unknown>) => void;

/** Null for requests the worker leaves alone: the API, other hosts, all but GET. */
export function answerTo(request: Request, later: Later): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return null;
  if (pathname.startsWith("/api/") || pathname.startsWith("/v1/")) return null;
  if (request.mode === "navigate") return page(request, later);
  return isHashed(pathname) ? hashedFile(request, later) : namedFile(request, later);
}

/** Always the newest page; the cached one only without a network. */
async function page(request: Request, later: Later): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok && response.headers.get("content-type")?.startsWith("text/html")) {
      later(keepShell(response.clone()));
    }
    return response;
  } catch (error) {
    return (await keptIndex()) ?? Promise.reject(error);
  }
}

async function hashedFile(request: Request, later: Later): Promise<Response> {
  const { pathname } = new URL(request.url);
  const cached = await kept(pathname);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) later(keep(pathname, response.clone()));
  return response;
}

async function namedFile(request: Request, later: Later): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const response = await fetch(request);
    if (response.ok) later(keep(pathname, response.clone()));
    return response;
  } catch (error) {
    return (await kept(pathname)) ?? Promise.reject(error);
  }
}
