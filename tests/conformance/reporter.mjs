/** Thousands of cases pass in silence; one that fails is named with its error, and the runner's counts come last. */
import { inspect } from 'node:util';

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail') {
      const { error, type: kind } = data.details;
      if (kind === 'suite') continue;
      yield `not ok ${data.name}\n${tell(error?.cause ?? error)}\n`;
    }
    if (type === 'test:stderr') yield data.message;
    if (type === 'test:diagnostic' && data.nesting === 0) yield `# ${data.message}\n`;
  }
}

/** Its message as it is by now, which its stack doesn't have, and where it was thrown. */
function tell(error) {
  if (!(error instanceof Error)) return inspect(error);
  const places = String(error.stack)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  return [error.message, ...places].join('\n');
}
