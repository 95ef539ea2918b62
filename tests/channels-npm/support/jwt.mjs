/** JSON Web Tokens as NATS takes them: an operator, an account and its users, signed by nkeys. https://docs.nats.io/reference/reference-protocols/nats-server-client */
import { generateKeyPairSync, sign } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes) {
  let [text, bits, value] = ['', 0, 0];
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
    value &= 255;
  }
  return bits ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/** CRC-16/XMODEM. */
function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** The first byte of a public key, which is its first letter, too. */
const KINDS = { operator: 14 << 3, account: 0, user: 20 << 3 };

function keyOf(kind) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
  const bytes = Buffer.concat([Buffer.of(KINDS[kind]), raw]);
  const crc = checksum(bytes);
  return { name: base32(Buffer.concat([bytes, Buffer.of(crc & 255, crc >> 8)])), privateKey };
}

let count = 0;

function token(issuer, subject, claims, lifetime) {
  const now = Math.floor(Date.now() / 1_000);
  count += 1;
  const payload = {
    jti: `${count}`,
    iat: now,
    iss: issuer.name,
    sub: subject.name,
    ...(lifetime && { exp: now + lifetime }),
    nats: { ...claims, version: 2 },
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(payload)}`;
  return `${text}.${sign(null, Buffer.from(text), issuer.privateKey).toString('base64url')}`;
}

const ALL = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const STORED = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** Returns the server's configuration, and a function for the token of a user, good for so many seconds. */
export function tokens() {
  const [operator, system, account] = [keyOf('operator'), keyOf('account'), keyOf('account')];
  const accounts = [system, account].map((of) => {
    const limits = of === account ? { ...ALL, ...STORED } : ALL;
    return `${of.name}: "${token(operator, of, { type: 'account', limits })}"`;
  });
  return {
    config: `operator: "${token(operator, operator, { type: 'operator', system_account: system.name })}"
system_account: ${system.name}
resolver: MEMORY
resolver_preload: { ${accounts.join('\n')} }`,
    user: (lifetime, permissions = {}) => {
      const claims = { type: 'user', subs: -1, data: -1, payload: -1, pub: {}, sub: {}, ...permissions, bearer_token: true };
      return token(account, keyOf('user'), claims, lifetime);
    },
  };
}
