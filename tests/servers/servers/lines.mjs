import { createInterface } from 'node:readline';
import { answer } from './answer.mjs'; // your application

// A line of input is a message that came, and a line of output is one that goes. A process for each connection.
createInterface({ input: process.stdin }).on('line', (line) => {
  const { reply } = answer(line);
  if (reply !== undefined) console.log(reply);
});
