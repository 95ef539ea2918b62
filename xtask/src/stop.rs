//! Being told to stop: Ctrl-C, or the time limit of whoever started us.

use tokio::sync::watch;

/// Knows whether a signal to stop has come. From the moment it is made, signals no longer end the process by themselves, so
/// that no child outlives it.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    pub(crate) fn listen() -> std::io::Result<Self> {
        let (tell, told) = watch::channel(false);
        let signal = signal()?;
        tokio::spawn(async move {
            signal.await;
            let _ = tell.send(true);
            // The receivers decide when it is over.
            tell.closed().await;
        });
        Ok(Self(told))
    }

    /// Waits for the signal.
    pub(crate) async fn told(&self) {
        let _ = self.0.clone().wait_for(|told| *told).await;
    }

    pub(crate) fn is_told(&self) -> bool {
        *self.0.borrow()
    }
}

#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate, mut hang_up) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
