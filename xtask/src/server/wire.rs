//! The TCP stream under every connection, with a tap on it.
//!
//! Decides how a connection is hurt below WebSocket: a reset is a real RST on the wire, and a frozen line neither reads nor
//! writes, or one of the two, while its TCP connection stays up, which is what a half-open line looks like to the peer. Who is
//! hurt, and when, is [`lines`](super::lines)'s business.

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

/// The server's end of one TCP connection. Ends the connection when dropped, whoever still holds a tap.
#[derive(Debug)]
pub(super) struct Wire(Tap);

/// A handle on a [`Wire`] that outlives every layer put on top of it.
#[derive(Clone, Debug)]
pub(super) struct Tap(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    flow: Flow,
    frozen: Option<Way>,
    pace: Option<Pace>,
    // Kept here as well as in the stream: a stream that is taken away wakes nobody.
    reader: Option<Waker>,
    writer: Option<Waker>,
}

#[derive(Debug)]
enum Flow {
    Running(TcpStream),
    Over,
}

/// The directions in which a line is frozen, as the server sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// What the client says doesn't arrive.
    In,
    /// What the server says doesn't leave.
    Out,
    Both,
}

/// A reader that takes its time.
#[derive(Debug)]
struct Pace {
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

    /// Stops the bytes of these directions, on top of what is frozen already; the TCP connection stays up.
    pub(super) fn freeze(&self, way: Way) {
        let mut inner = self.0.lock();
        inner.frozen = match inner.frozen {
            Some(frozen) if frozen != way => Some(Way::Both),
            _ => Some(way),
        };
    }

    /// Lets the bytes run again; what waited on either side arrives late, as on a real line.
    pub(super) fn thaw(&self) {
        let mut inner = self.0.lock();
        inner.frozen = None;
        inner.wake();
    }

    /// Reads no faster than this from now on, and keeps the kernel from reading ahead much.
    pub(super) fn slow_down(&self, bytes_per_second: u32) {
        let mut inner = self.0.lock();
        if let Flow::Running(stream) = &inner.flow {
            let _ = socket2::SockRef::from(stream).set_recv_buffer_size(64 * 1024);
        }
        inner.pace = Some(Pace {
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
            (_, Some(Way::Out | Way::Both)) => Poll::Pending,
            (Flow::Running(stream), _) => Poll::Ready(Ok(Pin::new(stream))),
        }
    }
}

impl Pace {
    /// Reads a tenth of a second's worth at most, then pauses for as long as that many bytes take.
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
        match (&mut inner.flow, inner.frozen, &mut inner.pace) {
            (Flow::Over, ..) => Poll::Ready(Err(gone())),
            (_, Some(Way::In | Way::Both), _) => Poll::Pending,
            (Flow::Running(stream), _, None) => Pin::new(stream).poll_read(context, buffer),
            (Flow::Running(stream), _, Some(pace)) => pace.read(Pin::new(stream), context, buffer),
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
                        pace: None,
                        reader: None,
                        writer: None,
                    };
                    return (Wire(Tap(Arc::new(Mutex::new(inner)))), peer);
                }
                // Out of file descriptors, or a client that left before its turn: the next one may do better.
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
