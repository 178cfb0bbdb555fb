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
