//! The faults.

/// A fault: a few lines that the engine needs, taken out, or put back as they once were.
pub(crate) struct Fault {
    /// The fault.
    pub(crate) name: &'static str,
    /// Each a file, what is there, and what is put in its place.
    pub(crate) changes: &'static [(&'static str, &'static str, &'static str)],
}

const DOUBT: &str = "src/engine/machine/doubt.rs";
const LIVENESS: &str = "src/engine/machine/liveness.rs";
const PAGE: &str = "src/engine/machine/page.rs";

pub(crate) const FAULTS: &[Fault] = &[
    Fault {
        name: "what is sent to a connection in doubt goes out, and is lost",
        changes: &[(
            DOUBT,
            "self.liveness.in_doubt = self.doubts();",
            "self.liveness.in_doubt = false;",
        )],
    },
    Fault {
        name: "what waited for the pong never goes out",
        changes: &[(DOUBT, "            self.flush(now);", "            let _ = now;")],
    },
    Fault {
        name: "an end that is held back while the page is being left is never told if it stays",
        changes: &[(
            PAGE,
            "        self.timers.set(Timer::Leave, self.page.leaving_until.max(now));\n",
            "",
        )],
    },
    Fault {
        name: "an end that is held back is told only by the page's return",
        changes: &[(
            PAGE,
            "    pub(super) fn report_held(&mut self, now: Instant) {\n        if let",
            "    pub(super) fn report_held(&mut self, now: Instant) {\n        if !self.page.left && !self.page.hidden {\n            return;\n        }\n        if let",
        )],
    },
    Fault {
        name: "a message or a signal after the deadline of a pong defers the end of a dead connection",
        changes: &[(
            LIVENESS,
            "if !self.liveness.ping_requested && !self.timers.is_set(Timer::PongTimeout) {",
            "if !self.liveness.ping_requested {",
        )],
    },
    Fault {
        name: "a clock that ticks rarely never gives a verdict",
        changes: &[
            (LIVENESS, "if slept && !due.late {", "if slept {"),
            (LIVENESS, "|| heard_all {", "{"),
        ],
    },
    Fault {
        name: "the end of a connection is told to a page that is being left",
        changes: &[(
            PAGE,
            "self.config.reconnect.is_some() && (self.page.left || now < self.page.leaving_until)",
            "false && now == self.page.leaving_until",
        )],
    },
];
