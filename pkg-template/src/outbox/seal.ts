/** Encrypts what is stored, with a key of the application's: AES-GCM, bound to the box and the number. */

interface Sealed {
  iv: Uint8Array;
  sealed: ArrayBuffer;
}

const IV_BYTES = 12;
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const algorithm = (iv: Uint8Array, box: string, n: number): AesGcmParams => ({
  name: 'AES-GCM',
  iv: iv as BufferSource,
  additionalData: encode(`${box}:${n}`),
});

/** Without a key the message is stored as it is. With one it has to be JSON. */
export async function seal(key: CryptoKey | undefined, box: string, n: number, message: unknown): Promise<unknown> {
  if (!key) return message;
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(algorithm(iv, box, n), key, encode(JSON.stringify(message)));
  return { iv, sealed } satisfies Sealed;
}

/** Rejects if it was sealed with another key. */
export async function unseal(key: CryptoKey | undefined, box: string, n: number, data: unknown): Promise<unknown> {
  if (!key) return data;
  const { iv, sealed } = data as Sealed;
  const bytes = await crypto.subtle.decrypt(algorithm(iv, box, n), key, sealed);
  return JSON.parse(new TextDecoder().decode(bytes));
}
