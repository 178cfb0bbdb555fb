/** The address of a link that may be followed: https, and nothing that hides where it leads. */
export function safeAddress(href: string): URL | null {
  if (!/^https:\/\//i.test(href)) return null;
  const url = parsed(href);
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url : null;
}

/** The link's own words say where it leads. */
export function namesHost(text: string, url: URL): boolean {
  return safeAddress(text)?.host === url.host;
}

function parsed(href: string): URL | null {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}
