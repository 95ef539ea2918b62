//! The TCP stream under every connection, and a handle that injects faults into it.
//!
//! A reset sends a real RST. A frozen connection stops reading, writing or both while its TCP connection stays up; to the peer it
//! looks half-open. [`endpoints`](super::endpoints) decides which connections get which fault, and when.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::Sleep,
};

/// The server's end of one TCP connection. Dropping it ends the connection, even while taps on it exist.
#[derive(Debug)]
pub(super) struct Wire(Tap);

/// A handle on a [`Wire`]. It stays usable while other layers own the stream.
#[derive(Clone, Debug)]
pub(super) struct Tap(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    flow: Flow,
    frozen: Option<Direction>,
    rate_limit: Option<RateLimit>,
    // Kept here as well as in the stream: a stream that has been dropped wakes no task.
    reader: Option<Waker>,
    writer: Option<Waker>,
}

#[derive(Debug)]
enum Flow {
    Running(TcpStream),
    Over,
}

/// The directions in which a connection is frozen, as the server sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Bytes from the client don't arrive.
    In,
    /// Bytes from the server aren't sent.
    Out,
    Both,
}

/// Limits how fast a connection is read.
#[derive(Debug)]
struct RateLimit {
    bytes_per_second: u32,
    pause: Pin<Box<Sleep>>,
}

impl Tap {
    /// Resets the connection: the peer gets an RST, not a FIN.
    pub(super) fn reset(&self) {
        let mut inner = self.0.lock();
        if let Flow::Running(stream) = std::mem::replace(&mut inner.flow, Flow::Over) {
            // With SO_LINGER at zero, closing throws away what is unsent and resets (RFC 9293, section 3.10.4, ABORT).
            let _ = stream.set_zero_linger();
        }
        inner.wake();
    }

    /// Stops the bytes of these directions, in addition to those frozen already. The TCP connection stays up.
    pub(super) fn freeze(&self, way: Direction) {
        let mut inner = self.0.lock();
        inner.frozen = match inner.frozen {
            Some(frozen) if frozen != way => Some(Direction::Both),
            _ => Some(way),
        };
    }

    /// Ends [`freeze`](Self::freeze). Bytes that both sides sent meanwhile arrive late, as on a real network.
    pub(super) fn thaw(&self) {
        let mut inner = self.0.lock();
        inner.frozen = None;
        inner.wake();
    }

    /// Reads no faster than this from now on, and limits how much the kernel reads ahead.
    pub(super) fn slow_down(&self, bytes_per_second: u32) {
        let mut inner = self.0.lock();
        if let Flow::Running(stream) = &inner.flow {
            let _ = socket2::SockRef::from(stream).set_recv_buffer_size(64 * 1024);
        }
        inner.rate_limit = Some(RateLimit {
            bytes_per_second: bytes_per_second.max(1),
            pause: Box::pin(tokio::time::sleep(Duration::ZERO)),
        });
    }

    fn end(&self) {
        let mut inner = self.0.lock();
        inner.flow = Flow::Over;
        inner.wake();
    }
}

impl Inner {
    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    fn writable(&mut self, context: &Context<'_>) -> Poll<io::Result<Pin<&mut TcpStream>>> {
        self.writer = Some(context.waker().clone());
        match (&mut self.flow, self.frozen) {
            (Flow::Over, _) => Poll::Ready(Err(gone())),
            (_, Some(Direction::Out | Direction::Both)) => Poll::Pending,
            (Flow::Running(stream), _) => Poll::Ready(Ok(Pin::new(stream))),
        }
    }
}

impl RateLimit {
    /// Reads at most a tenth of a second's worth of bytes, then pauses for the time they take at this rate.
    fn read(
        &mut self,
        stream: Pin<&mut TcpStream>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.pause.as_mut().poll(context));
        let mut chunk = [0; 16 * 1024];
        let most = (self.bytes_per_second / 10).max(1) as usize;
        let most = most.min(chunk.len()).min(buffer.remaining());
        let mut part = ReadBuf::new(&mut chunk[..most]);
        ready!(stream.poll_read(context, &mut part))?;
        let read = part.filled();
        buffer.put_slice(read);
        let takes = Duration::from_secs(1) * u32::try_from(read.len()).unwrap_or(u32::MAX) / self.bytes_per_second;
        self.pause.as_mut().reset(tokio::time::Instant::now() + takes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let inner = &mut *self.0.0.lock();
        inner.reader = Some(context.waker().clone());
        match (&mut inner.flow, inner.frozen, &mut inner.rate_limit) {
            (Flow::Over, ..) => Poll::Ready(Err(gone())),
            (_, Some(Direction::In | Direction::Both), _) => Poll::Pending,
            (Flow::Running(stream), _, None) => Pin::new(stream).poll_read(context, buffer),
            (Flow::Running(stream), _, Some(rate_limit)) => rate_limit.read(Pin::new(stream), context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.0.0.lock().writable(context))?.poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.0.lock().writable(context))?.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.0.lock().writable(context))?.poll_shutdown(context)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn gone() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Accepts connections as [`Wire`]s, without Nagle's delay.
#[derive(Debug)]
pub(super) struct WireListener(pub(super) TcpListener);

impl Listener for WireListener {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, peer)) => {
                    let _ = stream.set_nodelay(true);
                    let inner = Inner {
                        flow: Flow::Running(stream),
                        frozen: None,
                        rate_limit: None,
                        reader: None,
                        writer: None,
                    };
                    return (Wire(Tap(Arc::new(Mutex::new(inner)))), peer);
                }
                // No file descriptors are left, or the client has gone already: the next `accept` may succeed.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, WireListener>> for Tap {
    fn connect_info(stream: IncomingStream<'_, WireListener>) -> Self {
        stream.io().0.clone()
    }
}
