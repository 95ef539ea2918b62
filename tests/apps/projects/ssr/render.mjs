/** The server: puts what the app renders into the built page. */
import { readFileSync, writeFileSync } from 'node:fs';
import { render } from './dist/server/entry-server.js';

const page = readFileSync('dist/client/index.html', 'utf8');
const html = render(process.argv[2]);
writeFileSync('dist/client/index.html', page.replace('<!--app-->', html));
console.log(html);
