/** nginx as Debian builds it, with a configuration of the test's, and nothing of the machine's. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NCHAN = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts one with what belongs into its `http` block, and says when it listens to the ports. */
export function startNginx(stage, http, ports, { nchan = true } = {}) {
  const folder = stage.folder();
  mkdirSync(join(folder, 'temp'));
  const configuration = `
    ${nchan ? `load_module ${NCHAN};` : ''}
    daemon off;
    ${process.getuid() ? '' : '# Or its workers may not write what is too large for their memory.\n    user root;'}
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log stderr notice;
    events { worker_connections 256; }
    http {
      access_log off;
      ${TEMPORARY.map((name) => `${name}_temp_path ${folder}/temp/${name};`).join('\n')}
      ${nchan ? 'nchan_shared_memory_size 16m;' : ''}
      ${http}
    }`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration);
  return stage.program(['nginx', '-p', folder, '-e', 'stderr', '-c', file], ...ports);
}
