import { createInterface } from 'node:readline';
import { answer } from './answer.mjs'; // your application

// A line of input is a received message; a line of output is sent as a message. Each connection has its own process.
createInterface({ input: process.stdin }).on('line', (line) => {
  const { reply } = answer(line);
  if (reply !== undefined) console.log(reply);
});
