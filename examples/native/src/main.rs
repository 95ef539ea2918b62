//! `cargo run -p holdfast-native-example -- ws://127.0.0.1:8080/echo`: sends a message and prints all events.

use holdfast_native_example::Client;
use holdfast_ws::engine::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give it a ws: URL")?;
    let mut client = Client::connect(url, Config::default())?;
    client.send("hello");
    while let Some(event) = client.next().await {
        println!("{event:?}");
    }
    Ok(())
}
