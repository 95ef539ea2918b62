//! A dropped client leaves a task behind until its peer has closed the connection. That task waits without spinning.

use std::{
    net::TcpListener,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use holdfast_native_example::{Client, Event};
use holdfast_ws::engine::Config;

/// Starts a server that opens a connection, and then neither reads nor writes until the returned sender is dropped.
fn silent_server() -> (String, std::sync::mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let (keep, kept) = channel::<()>();
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the client");
        let _socket = tokio_tungstenite::tungstenite::accept(stream).expect("its handshake");
        let _ = kept.recv();
    });
    (address, keep)
}

#[test]
fn a_dropped_client_waits_for_its_peer_without_spinning() {
    let (address, _keep) = silent_server();
    let (done, is_done) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let mut client = Client::connect(format!("ws://{address}/"), Config::default()).expect("possible");
            assert_eq!(client.next().await, Some(Event::Open));
            drop(client);
            // From here on time advances only while all tasks wait: if one spins, it never does.
            tokio::time::pause();
            tokio::time::sleep(Duration::from_secs(1)).await;
            done.send(()).expect("the test waits");
        });
    });
    let waited = is_done.recv_timeout(Duration::from_secs(60));
    assert_ne!(
        waited,
        Err(RecvTimeoutError::Timeout),
        "the task of the dropped client spins"
    );
    assert_eq!(waited, Ok(()));
}
