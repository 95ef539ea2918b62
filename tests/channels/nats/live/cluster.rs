//! Three servers.

use holdfast_ws::channels::ChannelId;
use holdfast_ws::channels::nats::Options;

use super::client::{Client, numbers, plain};
use super::server::{Backend, Server, free_port, until};

fn cluster() -> Vec<Server> {
    let routes: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let all: Vec<String> = routes.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
    let mut servers = Vec::new();
    for (name, port) in ["a", "b", "c"].iter().zip(&routes) {
        let more = format!(
            "cluster {{ name: three, listen: \"127.0.0.1:{port}\", routes: [{}] }}",
            all.join(", ")
        );
        servers.push(Server::new(name, &more));
    }
    servers.into_iter().map(Server::start).collect()
}

#[test]
#[ignore = "needs nats-server"]
fn one_of_three_nodes_may_be_killed_under_traffic() {
    let mut servers = cluster();
    let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    let mut backend = Backend::new(&servers[0], "");
    backend.make("CHANNELS", "channels.>", r#","num_replicas":3"#);
    // The one at the node that is killed, and those at the others, whose consumers may be there.
    let mut clients: Vec<Client> = (0..3)
        .map(|at| {
            Client::new(
                &[ports[at], ports[(at + 1) % 3]],
                Options::default(),
                None,
                10 + at as u64,
            )
        })
        .collect();
    let mut followed = Vec::new();
    for client in &mut clients {
        let ids: Vec<ChannelId> = (0..5)
            .map(|number| client.join(&format!("room.{number}"), plain()))
            .collect();
        client.until("subscribed", |client| {
            ids.iter().all(|id| !client.subscribed(*id).is_empty())
        });
        followed.push(ids);
    }
    for number in 0..100 {
        for room in 0..5 {
            // What is repeated after a lost answer is not stored again.
            let mut sent = String::new();
            until("stored", || {
                sent = backend.try_request_once(
                    &format!("channels.room.{room}"),
                    &number.to_string(),
                    &format!("{room}-{number}"),
                );
                sent.contains("\"seq\"")
            });
            for client in &mut clients {
                client.step();
            }
        }
        if number == 30 {
            servers[2].kill();
        }
    }
    for (client, ids) in clients.iter_mut().zip(&followed) {
        client.until("all have come", |client| {
            ids.iter().all(|id| client.texts(*id).len() >= 100)
        });
        for id in ids {
            assert_eq!(client.texts(*id), numbers(100));
        }
        assert_eq!(client.gaps(), 0);
    }
}

#[test]
#[ignore = "needs nats-server"]
fn a_page_leaves_a_server_in_lame_duck_mode_before_it_ends() {
    let servers = cluster();
    let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    let mut backend = Backend::new(&servers[0], "");
    backend.make("CHANNELS", "channels.>", r#","num_replicas":3"#);
    let mut client = Client::new(&[ports[2], ports[1]], Options::default(), None, 1);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    servers[2].end_softly();
    let mut said = 0;
    client.until("it has moved", |client| {
        said += 1;
        std::thread::sleep(std::time::Duration::from_millis(20));
        // What is repeated after a late answer is not stored again.
        until("stored", || {
            let sent = backend.try_request_once("channels.news", &(said - 1).to_string(), &said.to_string());
            sent.contains("\"seq\"")
        });
        client.subscribed(news).len() > 1
    });
    assert_eq!(
        (client.dials, client.losses),
        (2, 0),
        "the server has not ended the connection"
    );
    client.until("all have come", |client| client.texts(news).len() >= said);
    assert_eq!(client.texts(news), numbers(said));
    assert_eq!(client.gaps(), 0);
}
