const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A sortable id of 26 characters: 48 bits of time, 80 random ones (https://github.com/ulid/spec). */
export function ulid(now: number = Date.now()): string {
  const time = Array.from(
    { length: 10 },
    (_, index) => ALPHABET[Math.floor(now / 32 ** (9 - index)) % 32],
  );
  const random = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => ALPHABET[byte % 32]);
  return [...time, ...random].join("");
}

/** A random UUID. `crypto.randomUUID` is missing on pages served over plain HTTP from a LAN. */
export function uuid(): string {
  if ("randomUUID" in crypto) return crypto.randomUUID();
  const hex = [...(crypto as Crypto).getRandomValues(new Uint8Array(16))].map((byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40;
    if (index === 8) return (byte & 0x3f) | 0x80;
    return byte;
  });
  return hex
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
