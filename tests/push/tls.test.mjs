/** wss with a private CA, and HTTP/2, behind nginx: rows of `docs/troubleshooting.md`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { startChromium } from '../package/support/chromium.mjs';
import { freePort } from '../package/support/port.mjs';
import { pkg } from '../package/support/server.mjs';
import { startNginx } from './support/nginx.mjs';
import { onStage } from './support/stage.mjs';

/** A CA of our own and what it certifies: this machine. */
function certify(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Private CA');
  openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
  const signed = ['-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
  openssl('x509', ...signed, '-extfile', 'extensions', '-out', 'cert.pem');
}

/** A home whose browser trusts the CA, as Chromium on Linux is told: by the user's NSS database. */
function trust(folder) {
  const home = join(folder, 'home');
  const database = `sql:${join(home, '.pki/nssdb')}`;
  mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
  execFileSync('certutil', ['-d', database, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', database, '-A', '-t', 'C,,', '-n', 'private', '-i', join(folder, 'ca.pem')]);
  return home;
}

onStage(
  'a certificate nobody trusts looks like any failure; trusted, wss opens, by HTTP/1.1 beside HTTP/2',
  async ({ page, stage }) => {
    const folder = stage.folder();
    certify(folder);
    const protocols = [];
    const http = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(request.headers['x-protocol']);
    });
    new WebSocketServer({ server: http }).on('connection', (_, request) => protocols.push(request.headers['x-protocol']));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    stage.atEnd(() => http.closeAllConnections() ?? http.close());
    const port = await freePort();
    await startNginx(
      stage,
      `server {
      listen 127.0.0.1:${port} ssl http2;
      ssl_certificate ${folder}/cert.pem;
      ssl_certificate_key ${folder}/key.pem;
      location / {
        proxy_pass http://127.0.0.1:${http.address().port};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header X-Protocol $server_protocol;
      }
    }`,
      [port],
      { nchan: false },
    );

    const untrusted = await page.evaluate(async (url) => {
      const record = probe.watch(new Holdfast.WebSocket(url, [], { reconnect: { minDelay: 50, maxDelay: 200 } }));
      await record.until('close', 2, 60_000);
      record.ws.close();
      return record.events
        .filter(({ type }) => type === 'error' || type === 'close')
        .slice(0, 4)
        .map(({ type, code, reason, willReconnect }) => [type, code, reason, willReconnect]);
    }, `wss://127.0.0.1:${port}/`);
    const failure = [
      ['error', undefined, undefined, undefined],
      ['close', 1006, '', true],
    ];
    assert.deepEqual(untrusted, [...failure, ...failure]);
    assert.deepEqual(protocols, []);

    const trusting = await startChromium({ env: { ...process.env, HOME: trust(folder) } });
    stage.atEnd(() => trusting.close());
    const secure = await trusting.newPage();
    await secure.goto(`https://127.0.0.1:${port}/`);
    assert.equal(await secure.textContent('body'), 'HTTP/2.0');
    await secure.addScriptTag({ content: readFileSync(join(pkg, 'dist/holdfast-ws.global.js'), 'utf8') });
    const readyState = await secure.evaluate(async (url) => {
      const ws = new Holdfast.WebSocket(url);
      await new Promise((open) => ws.addEventListener('open', open));
      return ws.readyState;
    }, `wss://127.0.0.1:${port}/`);
    assert.equal(readyState, 1);
    assert.deepEqual(protocols, ['HTTP/1.1']);
  },
);
