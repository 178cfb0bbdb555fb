const NAME = "shell";

// Files of old builds stay cached for tabs that are still open, up to this number.
const MOST = 150;

const INDEX = "/";
const CONFIG = "/config.json";

export async function kept(path: string): Promise<Response | undefined> {
  return (await caches.open(NAME)).match(path);
}

export async function keep(path: string, response: Response): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.put(path, response);
  const paths = await cache.keys();
  const old = paths.filter(({ url }) => isHashed(url)).slice(0, Math.max(0, paths.length - MOST));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** Caches the page with all its files, or nothing: a partial newer build would not work. */
export async function keepShell(index?: Response): Promise<void> {
  const page = index ?? (await fetch(INDEX, { cache: "no-cache" }));
  if (!page.ok) return;
  const cache = await caches.open(NAME);
  const html = await page.clone().text();
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path as string);
  const cached = await Promise.all([...named, CONFIG].map((path) => cache.match(path)));
  await cache.addAll([...named, CONFIG].filter((_, at) => !cached[at]));
  await cache.put(INDEX, page);
}

export const keptIndex = () => kept(INDEX);

/** Names with a hash of the content: the file under such a name never changes. */
export function isHashed(path: string): boolean {
  return path.includes("/assets/");
}

export async function removeOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
}
