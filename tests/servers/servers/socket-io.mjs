import { Server } from 'socket.io';

const { PORT, PING = 25_000 } = process.env;

const io = new Server({
  cors: { origin: '*' }, // use your site's origin instead
  transports: ['websocket'],
  pingInterval: Number(PING),
  pingTimeout: 20_000, // the defaults: a dead connection is detected after 45 s
  connectionStateRecovery: { maxDisconnectionDuration: 120_000 },
});

io.on('connection', (socket) => {
  socket.on('add', (a, b, done) => done(a + b)); // an acknowledgement
  socket.on('echo', (bytes, done) => done(bytes));
  socket.on('join', (room, done) => {
    socket.join(room);
    done();
  });
  socket.on('say', (room, what) => io.to(room).emit('said', what));
});

io.listen(Number(PORT));
process.once('SIGTERM', () => io.close());
