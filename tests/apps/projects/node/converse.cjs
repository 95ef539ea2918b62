/** Says hello to the address in the arguments, prints what comes back, and hangs up. */
exports.converse = (WebSocket) => {
  const ws = new WebSocket(process.argv[2]);
  ws.onmessage = ({ data }) => {
    console.log(data);
    ws.close();
  };
  ws.send('hello');
};
