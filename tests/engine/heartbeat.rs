//! The heartbeat on a page that is awake: pings after silence, and what their answers prove.

use holdfast_ws::engine::{Close, Config, Heartbeat, ReadyState};

use crate::server::{Fate, Server};
use crate::world::{World, ms};

/// A ping after 1,000 ms of silence, 400 ms for its answer.
fn beating(matches: bool) -> Config {
    let heartbeat = Heartbeat {
        interval: ms(1_000),
        timeout: ms(400),
        matches,
    };
    Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

fn deaf() -> Server {
    Server {
        pong: None,
        ..Server::good()
    }
}

#[test]
fn without_a_heartbeat_nothing_is_asked() {
    let mut world = World::open(Config::default(), Server::good());
    world.run(3_600_000);
    assert!(world.story().is_empty());
    assert!(!world.engine.needs_message_times() && !world.engine.matches_pongs());
}

#[test]
fn a_ping_goes_out_after_silence() {
    let mut world = World::open(beating(false), Server::good());
    world.run(999);
    assert!(world.story().is_empty());
    world.run(1);
    assert_eq!(world.story(), ["ping"]);
}

#[test]
fn a_quiet_connection_that_answers_is_asked_again_and_again_and_stays() {
    let mut world = World::open(beating(false), Server::good());
    world.run(20_000);
    assert_eq!(
        world.times("ping")[..4],
        [1_010, 2_030, 3_050, 4_070],
        "after as much silence each time"
    );
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn a_connection_with_messages_is_not_asked() {
    let mut world = World::open(beating(false), Server::good());
    for _ in 0..20 {
        world.run(900);
        world.hear(false);
    }
    assert_eq!(world.count("ping"), 0);
    world.run(1_000);
    assert_eq!(world.count("ping"), 1);
}

#[test]
fn any_message_answers_the_ping() {
    let mut world = World::open(beating(false), deaf());
    world.run(1_399);
    world.hear(false);
    world.run(900);
    assert_eq!(world.count("ended"), 0);
    assert_eq!(world.engine.stats().pongs, 1);
}

#[test]
fn if_answers_are_matched_only_they_prove_life() {
    let mut world = World::open(beating(true), deaf());
    assert!(world.engine.matches_pongs());
    assert!(
        !world.engine.needs_message_times(),
        "the times of other messages prove nothing"
    );
    for _ in 0..14 {
        world.run(100);
        world.hear(false);
    }
    assert_eq!(world.count("ping"), 1, "talk does not spare it the ping");
    world.run(50);
    assert_eq!(
        world.story(),
        [
            "ping",
            "abandon",
            "ended 1006 Heartbeat, goes on",
            "attempt 1 planned: Heartbeat",
            "now Waiting"
        ]
    );
}

#[test]
fn if_answers_are_matched_an_answer_keeps_the_connection() {
    let mut world = World::open(beating(true), Server::good());
    world.run(60_000);
    assert_eq!(world.count("ended"), 0);
    assert!(world.count("ping") > 50);
}

#[test]
fn a_dead_connection_is_given_up_after_interval_and_timeout_and_a_second_look() {
    let mut world = World::open(beating(false), Server::good());
    world.cut();
    world.run(1_449);
    assert_eq!(world.story(), ["ping"]);
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "abandon",
            "ended 1006 Heartbeat, goes on",
            "attempt 1 planned: Heartbeat",
            "now Waiting"
        ]
    );
    let end = world.last_end();
    assert_eq!((end.close, end.cause.reason()), (Close::ABNORMAL, "heartbeat timeout"));
    assert_eq!(world.engine.stats().dead_connections, 1);
}

#[test]
fn a_connection_that_dies_at_any_time_is_found_within_interval_and_timeout() {
    for dies in 0..2_100 {
        let mut world = World::open(beating(false), Server::good());
        world.run(dies);
        world.cut();
        world.run(1_450);
        assert_eq!(world.count("ended"), 1, "dead after {dies} ms");
    }
}

#[test]
fn a_dead_connection_of_a_stable_connection_is_replaced_within_a_second_look_and_the_first_delay() {
    for seed in 0..200 {
        let mut world = World::seeded(beating(false), Server::good(), seed);
        world.run(20_000);
        world.cut();
        world.run(1_000 + 400 + 50 + 500 + 10);
        assert_eq!(world.engine.ready_state(), ReadyState::Open);
    }
}

#[test]
fn an_answer_that_stands_behind_the_timer_in_the_task_queue_still_counts() {
    // It came at 399 ms, in time, but the timer had its turn first.
    let mut world = World::open(
        beating(false),
        Server {
            pong: Some(449),
            ..Server::good()
        },
    );
    world.run(20_000);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn an_answer_after_the_second_look_is_too_late() {
    let mut world = World::open(
        beating(false),
        Server {
            pong: Some(451),
            ..Server::good()
        },
    );
    world.run(1_450);
    assert_eq!(world.count("ended"), 1);
    world.run(1);
    assert_eq!(
        world.engine.stats().received,
        0,
        "an abandoned connection is not listened to"
    );
}

#[test]
fn a_busy_main_thread_gets_a_third_look() {
    // The second look came 200 ms late: no sleep, but long enough for an answer to stand behind it.
    let mut world = World::open(beating(false), deaf());
    world.run(1_400);
    world.sleep(250);
    world.run(49);
    assert_eq!(world.count("ended"), 0);
    world.hear(false);
    world.run(900);
    assert_eq!(world.count("ended"), 0);
}

#[test]
fn suspicion_of_one_deadline_is_not_held_against_the_next() {
    let mut world = World::open(beating(false), deaf());
    for _ in 0..10 {
        // Each answer comes after the first look and before the second.
        world.run(1_000 + 420);
        world.hear(false);
    }
    assert_eq!(world.count("ended"), 0);
    world.run(1_000 + 449);
    assert_eq!(world.count("ended"), 0, "the next deadline is looked at twice too");
    world.run(1);
    assert_eq!(world.count("ended"), 1);
}

#[test]
fn the_latency_is_the_time_from_ping_to_answer() {
    let mut world = World::open(
        beating(true),
        Server {
            pong: Some(123),
            ..Server::good()
        },
    );
    world.run(1_122);
    assert_eq!(world.engine.latency(), None);
    world.run(1);
    assert_eq!(world.engine.latency(), Some(ms(123)));
}

#[test]
fn an_answer_nobody_asked_for_is_no_round_trip() {
    let mut world = World::open(beating(true), Server::good());
    world.hear(true);
    assert_eq!(world.engine.latency(), None);
    assert_eq!(world.engine.stats().pongs, 0);
}

#[test]
fn an_application_that_has_no_ping_to_give_is_asked_again_and_loses_no_connection() {
    let mut world = World::open(beating(false), Server::good());
    let mut asked = 0;
    for _ in 0..10_500 {
        world.sleep(1);
        world.engine.handle_timeout(world.now());
        while world.engine.poll_output().is_some() {
            asked += 1;
        }
    }
    assert_eq!(asked, 10);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
    assert_eq!(world.engine.stats().pings, 0);
}

#[test]
fn each_connection_starts_with_a_clean_slate() {
    // The first ends with a ping out; the answer to the second's first ping is no less its own for that.
    let dies = Fate::Ends {
        after: 10,
        lasts: 1_200,
        close: Close::ABNORMAL,
    };
    let slow = Server {
        pong: Some(300),
        ..Server::good()
    };
    let mut world = World::new(beating(false), slow.first(&[dies]));
    while world.engine.stats().pongs == 0 {
        world.run(1);
    }
    assert_eq!((world.count("ended"), world.count("ping")), (1, 2));
    assert_eq!(world.engine.latency(), Some(ms(300)));
}

#[test]
fn nothing_is_asked_while_no_connection_is_open() {
    let mut world = World::new(beating(false), Server::down());
    world.run(60_000);
    assert_eq!(world.count("ping"), 0);
}

#[test]
fn a_dead_connection_that_is_closed_ends_within_the_timeout() {
    let mut world = World::open(beating(false), Server::good());
    world.cut();
    world.close();
    world.run(449);
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
    world.run(1);
    assert_eq!(
        world.story(),
        [
            "close",
            "now Closing",
            "abandon",
            "ended 1006 Heartbeat, over",
            "now Closed"
        ]
    );
}

#[test]
fn a_connection_that_is_closed_slowly_ends_as_the_server_says() {
    let mut world = World::open(
        beating(false),
        Server {
            farewell: 399,
            ..Server::good()
        },
    );
    world.close();
    world.run(60_000);
    assert_eq!(
        world.story(),
        ["close", "now Closing", "ended 1000 Closed, over", "now Closed"]
    );
}

#[test]
fn a_server_that_has_begun_to_close_owes_no_answer() {
    // Its close frame came while a ping was out. It ended the connection properly, with a code that says it is over; giving the
    // connection up for dead would turn that into a 1006, and reconnect.
    for answered in [false, true] {
        let mut world = World::open(beating(false), deaf());
        world.run(1_200);
        world.closing();
        if answered {
            world.hear(true);
        }
        world.run(1_000);
        assert_eq!(world.count("abandon"), 0);
        world.end(crate::server::closed_with(1000));
        assert_eq!(world.last_end().close.code, 1000);
        assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    }
}

#[test]
fn a_dead_connection_is_replaced_within_interval_timeout_and_half_a_second_whatever_is_drawn() {
    for seed in 0..1_000 {
        let mut world = World::seeded(beating(false), deaf(), seed);
        world.run(10);
        let opened = world.engine.stats().connections;
        world.run(1_000 + 400 + 500);
        assert_eq!((opened, world.engine.stats().connections), (1, 2), "seed {seed}");
    }
}
