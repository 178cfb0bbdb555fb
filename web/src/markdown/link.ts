/** The address of a safe link: https, and nothing that hides its target. */
export function safeAddress(href: string): URL | null {
  if (!/^https:\/\//i.test(href)) return null;
  const url = parsed(href);
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url : null;
}

/** True if the link's text already names its host. */
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
