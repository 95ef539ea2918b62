//! Publications by POST.

use holdfast_ws::channels::{Event, Failure, Payload, Response};

use super::world::{World, plain};
use crate::world::at;

#[test]
fn a_publication_is_a_post_and_outlives_a_lost_connection() {
    let mut world = World::new();
    world.join("one", plain());
    world.run();
    let publication = world.machine.bus_mut().publish(at(0), "a b", "x".into());
    let failed = world.machine.bus_mut().publish(at(0), "one", "y".into());
    world.run();
    assert_eq!(world.requests[0].1, "https://a/pub/a%20b");
    world.lose();
    let answer = |status, body: &str| {
        let body = body.into();
        Ok(Response { status, body })
    };
    let body = r#"{"messages": 5, "last_message_id": "100:4" }"#;
    world
        .machine
        .handle_response(at(1), world.requests[0].0, answer(202, body));
    world
        .machine
        .handle_response(at(1), world.requests[1].0, answer(403, ""));
    world.run();
    let ended = |event: &&Event<_, _>| matches!(event, Event::Published { .. } | Event::Unpublished { .. });
    let ended: Vec<_> = world.events.iter().filter(ended).collect();
    let offset = 100 * 65_536 + 4;
    assert!(
        matches!(ended[0], Event::Published { publication: id, position: Some(at) } if *id == publication && at.offset == offset)
    );
    assert!(matches!(ended[1], Event::Unpublished { publication: id, sent: true, .. } if *id == failed));
}

#[test]
fn publications_to_a_channel_are_posted_one_after_the_other_and_to_several_a_few_at_a_time() {
    let mut world = World::new();
    for _ in 0..3 {
        world.machine.bus_mut().publish(at(0), "one", "x".into());
    }
    world.run();
    assert_eq!(world.requests.len(), 1);
    for each in 0..10 {
        world.machine.bus_mut().publish(at(0), &format!("c{each}"), "x".into());
    }
    world.run();
    assert_eq!(world.requests.len(), 6);
    let answer = |status| {
        let body = "".into();
        Ok(Response { status, body })
    };
    for each in 0..13 {
        let (request, _) = world.requests[each];
        world.machine.handle_response(at(0), request, answer(202));
        world.run();
    }
    let ones: Vec<usize> = (0..13)
        .filter(|each| world.requests[*each].1.ends_with("/one"))
        .collect();
    assert_eq!((ones.len(), ones[0]), (3, 0));
}

#[test]
fn a_publication_waits_while_the_connection_is_lost_and_a_request_that_fails_is_lost() {
    let mut world = World::new();
    world.join("one", plain());
    world.run();
    world.lose();
    world.reachable = false;
    world.machine.bus_mut().publish(at(world.now), "one", "x".into());
    world.dial();
    world.run();
    assert_eq!(world.requests.len(), 0, "the network is away");
    world.reachable = true;
    world.dial();
    world.run();
    assert_eq!(world.requests.len(), 1);
    let (request, _) = world.requests[0];
    world
        .machine
        .handle_response(at(world.now), request, Err("reset".to_owned()));
    world.run();
    let failure = |event: &Event<_, _>| match event {
        Event::Unpublished { failure, sent, .. } => Some((failure.clone(), *sent)),
        _ => None,
    };
    assert_eq!(
        world.events.iter().find_map(failure),
        Some((Failure::Failed("reset".into()), true))
    );
}

#[test]
fn a_publication_that_was_given_up_while_the_connection_was_lost_is_not_sent() {
    let mut world = World::new();
    world.join("one", plain());
    world.run();
    world.lose();
    world.reachable = false;
    world.machine.bus_mut().publish(at(world.now), "one", "x".into());
    for _ in 0..3 {
        world.dial();
        world.run();
        world.now += 4_000;
        world.machine.handle_timeout(at(world.now));
    }
    world.run();
    let is_late = |event: &Event<_, _>| {
        matches!(
            event,
            Event::Unpublished {
                failure: Failure::TimedOut,
                ..
            }
        )
    };
    assert!(world.events.iter().any(is_late));
    world.reachable = true;
    world.dial();
    world.run();
    assert_eq!(world.requests.len(), 0);
}

#[test]
fn without_a_channel_a_publication_needs_no_connection() {
    let mut world = World::new();
    world.machine.bus_mut().publish(at(0), "one", "x".into());
    world.run();
    assert_eq!((world.requests.len(), world.urls.len()), (1, 0));
}

#[test]
fn a_publication_to_a_name_that_no_channel_can_have_is_refused_with_the_reason_and_not_posted() {
    let mut world = World::new();
    for name in ["a,b", "a/b", "a\nb", "\0", ".."] {
        world.machine.bus_mut().publish(at(0), name, "x".into());
    }
    world.run();
    assert_eq!(world.requests.len(), 0);
    let reasons = world.events.iter().filter_map(|event| match event {
        Event::Unpublished {
            failure: Failure::Refused(reason),
            ..
        } => reason.as_text(),
        _ => None,
    });
    let reasons: Vec<_> = reasons.collect();
    assert_eq!(reasons.len(), 5);
    assert!(
        reasons[..4]
            .iter()
            .all(|reason| reason.contains("can't contain a comma")),
        "{reasons:?}"
    );
}

#[test]
fn a_message_that_is_too_large_for_nginx_is_refused_with_the_name_of_the_setting() {
    let mut world = World::new();
    world.machine.bus_mut().publish(at(0), "one", "x".into());
    world.run();
    let response = Response {
        status: 413,
        body: "".into(),
    };
    world.machine.handle_response(at(1), world.requests[0].0, Ok(response));
    world.run();
    let names = |event: &Event<_, _>| matches!(event, Event::Unpublished { failure: Failure::Refused(Payload::Text(reason)), .. } if reason.contains("client_max_body_size"));
    assert!(world.events.iter().any(names), "{:?}", world.events);
}
