//! Members by the keys of a bucket.

use holdfast_ws::channels::Change;
use holdfast_ws::channels::nats::Options;
use holdfast_ws::engine::Instant;

use super::seen::{Joining, member, members};
use super::world::World;

fn with_members(seed: u64) -> World {
    let options = Options {
        bucket: "members".into(),
        ..Options::default()
    };
    let mut world = World::with(seed, options);
    world.make("KV_members", "$KV.members.", 1, 3_000);
    world
}

impl World {
    /// Another connection writes its key, or deletes it.
    fn key(&mut self, key: &str, headers: &str) {
        let subject = format!("$KV.members.{key}");
        let payload: &[u8] = if headers.is_empty() { b"data" } else { b"" };
        let now = self.now;
        self.streams
            .get_mut("KV_members")
            .unwrap()
            .put(now, &subject, headers, payload);
    }
}

#[test]
fn members_come_stay_and_go() {
    let mut world = with_members(1);
    world.key("news.bob=20b.page", "");
    world.key("news.sub.eve.page", "");
    world.join("news", member("ada"));
    for _ in 0..10 {
        world.run(1_000);
        world.key("news.bob=20b.page", "");
    }
    assert_eq!(
        members(&world),
        [(Change::Join, "bob b".to_owned()), (Change::Join, "ada".to_owned())]
    );
    world.key("news.bob=20b.page", "NATS/1.0\r\nKV-Operation: DEL\r\n\r\n");
    world.run(100);
    assert_eq!(members(&world).last(), Some(&(Change::Leave, "bob b".to_owned())));
}

#[test]
fn a_member_whose_key_is_forgotten_is_lost_and_may_come_back() {
    let mut world = with_members(1);
    world.join("news", member("ada"));
    world.run(500);
    world.key("news.bob.page", "");
    world.run(5_000);
    world.key("news.bob.page", "");
    world.run(25_000);
    let of_bob: Vec<Change> = members(&world)
        .into_iter()
        .filter(|(_, user)| user == "bob")
        .map(|(change, _)| change)
        .collect();
    assert_eq!(
        of_bob,
        [
            Change::Join,
            Change::Timeout,
            Change::Back,
            Change::Timeout,
            Change::Leave
        ]
    );
}

#[test]
fn a_member_whose_consumers_are_replaced_stays_one() {
    let mut world = with_members(1);
    world.key("news.bob.page", "");
    world.join("news", member("ada"));
    world.run(500);
    for _ in 0..3 {
        world.kill_consumers();
        for _ in 0..5 {
            world.key("news.bob.page", "");
            world.run(1_000);
        }
    }
    assert_eq!(
        members(&world),
        [(Change::Join, "bob".to_owned()), (Change::Join, "ada".to_owned())]
    );
    assert!(!world.sent.contains("DEL"));
}

#[test]
fn who_leaves_deletes_the_key() {
    let mut world = with_members(1);
    let now = Instant::from_millis(world.now);
    let (channel, holder) = world
        .client
        .bus_mut()
        .join(now, "news", member("ada"))
        .expect("one user");
    world.run(500);
    let now = Instant::from_millis(world.now);
    world.client.bus_mut().leave(now, channel, holder);
    world.run(5_000);
    assert!(world.sent.contains("KV-Operation: DEL"));
}

#[test]
fn a_bucket_that_is_missing_or_keeps_keys_for_ever_is_a_refusal() {
    let mut world = with_members(1);
    world.streams.remove("KV_members");
    world.join("news", member("ada"));
    world.run(200);
    assert!(
        world.refusals()[0].0.starts_with("there is no stream KV_members"),
        "{:?}",
        world.refusals()
    );
    world.make("KV_members", "$KV.members.", 1, 0);
    world.run(2_000);
    assert!(world.refusals()[1].0.contains("time to live"), "{:?}", world.refusals());
}

#[test]
fn a_member_that_the_server_would_end_the_connection_for_is_refused_alone() {
    let mut world = with_members(1);
    let open = world.join("open", Joining::default());
    world.join("long", member(&"ü".repeat(400)));
    let mut large = member("ada");
    large.identity.as_mut().unwrap().data = "x".repeat(1_048_576).as_str().into();
    world.join("large", large);
    world.run(500);
    let refusals = world.refusals();
    assert_eq!(refusals.len(), 2, "{refusals:?}");
    assert!(refusals[0].0.starts_with("the key of the user has 2"), "{refusals:?}");
    assert!(
        refusals[1].0.starts_with("the user's data has 1048576 bytes"),
        "{refusals:?}"
    );
    assert!(refusals.iter().all(|(_, again)| !again), "for good");
    world.say("open", "a");
    world.run(100);
    assert_eq!(world.texts(open), ["a"]);
    assert!(!world.sent.contains(&"=C3=BC".repeat(400)));
}
