//! Members.

use std::time::Duration;

use holdfast_ws::bus::{Change, ChannelEvent, ChannelOptions, JoinError, Nats};

use crate::scene::{Scene, present};

#[test]
fn members_are_known_with_their_data_and_are_told() {
    let scene = Scene::new(1);
    scene.nats.borrow_mut().make("KV_members", "$KV.members.", 1, 3_000);
    let nats = Nats::new().bucket("members").idle(Duration::from_secs(1));
    let bus = scene.builder_with(nats).connect().expect("a bus");
    assert!(bus.can().presence);
    let options = ChannelOptions::new().presence("ada", &["Ada", "Lovelace"]);
    let room = bus
        .channel_with("room", options.grace(Duration::from_secs(1)))
        .expect("a channel");
    let mut events = room.events();
    scene.world.advance(Duration::from_secs(2));
    let key = |headers: &str, payload: &[u8]| {
        let mut nats = scene.nats.borrow_mut();
        let now = nats.now;
        let bucket = nats.streams.get_mut("KV_members").expect("the bucket");
        bucket.put(now, "$KV.members.room.bob.page", headers, payload);
    };
    key("", b"null");
    scene.world.advance(Duration::from_secs(1));
    let members = room.members();
    assert_eq!(members.len(), 2);
    assert_eq!(
        members[0].data.read::<Vec<String>>().expect("JSON"),
        ["Ada", "Lovelace"]
    );
    assert_eq!(members[1].user, "bob");
    key("NATS/1.0\r\nKV-Operation: DEL\r\n\r\n", b"");
    scene.world.advance(Duration::from_secs(1));
    let changes: Vec<_> = present(&mut events)
        .into_iter()
        .filter_map(|event| match event {
            ChannelEvent::Member { change, member } => Some((change, member.user)),
            _ => None,
        })
        .collect();
    let expected = [(Change::Join, "ada"), (Change::Join, "bob"), (Change::Leave, "bob")];
    assert_eq!(changes, expected.map(|(change, user)| (change, user.to_owned())));
}

#[test]
fn close_tells_the_others_at_once_that_the_user_has_left() {
    let scene = Scene::new(3);
    scene.nats.borrow_mut().make("KV_members", "$KV.members.", 1, 3_000);
    let nats = Nats::new().bucket("members").idle(Duration::from_secs(1));
    let room = |user: &str| {
        let bus = scene.builder_with(nats.clone()).connect().expect("a bus");
        let options = ChannelOptions::new().presence(user, &user);
        let room = bus.channel_with("room", options).expect("a channel");
        scene.world.advance(Duration::from_secs(1));
        (bus, room)
    };
    let (bus, channel) = room("ada");
    let last = || {
        let nats = scene.nats.borrow();
        let kept = &nats.streams["KV_members"].messages;
        kept.last().map(|message| message.headers.clone())
    };
    assert_eq!(last().as_deref(), Some(""), "ada is there");
    bus.close();
    scene.world.advance(Duration::from_millis(500));
    assert!(last().is_some_and(|headers| headers.contains("KV-Operation: DEL")));
    drop(channel);
}

#[test]
fn where_there_is_no_bucket_presence_is_an_error() {
    let scene = Scene::new(2);
    let bus = scene.bus();
    let options = ChannelOptions::new().presence("ada", "data");
    assert_eq!(bus.channel_with("room", options).err(), Some(JoinError::NoPresence));
}

#[test]
fn a_second_part_may_bring_other_data_of_the_user_and_no_other_user() {
    let scene = Scene::new(4);
    scene.nats.borrow_mut().make("KV_members", "$KV.members.", 1, 3_000);
    let nats = Nats::new().bucket("members").idle(Duration::from_secs(1));
    let bus = scene.builder_with(nats).connect().expect("a bus");
    let join = |user: &str, data: &str| bus.channel_with("room", ChannelOptions::new().presence(user, data));
    let first = join("ada", "Ada").expect("a channel");
    scene.world.advance(Duration::from_secs(1));
    let second = join("ada", "Ada Lovelace").expect("a channel");
    scene.world.advance(Duration::from_secs(2));
    for room in [&first, &second] {
        let members = room.members();
        assert_eq!(members.len(), 1);
        assert_eq!(members[0].data.read::<String>().expect("JSON"), "Ada Lovelace");
    }
    assert_eq!(join("bob", "Bob").err(), Some(JoinError::OtherUser));
    drop((first, second));
    // Nobody uses it any more, though it lingers.
    assert!(join("bob", "Bob").is_ok());
}
