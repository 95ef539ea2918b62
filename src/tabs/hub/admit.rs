//! A tab joins: where does it begin to read?

use alloc::vec::Vec;

use crate::engine::Instant;

use super::super::frame::{Down, Frame, Message, Numbered};
use super::super::ids::{Mark, Position, TabId, Term};
use super::super::output::Output;
use super::super::queues::Queues;
use super::{Hub, Member, Stage};

/// The place at which a tab begins to read, and how.
struct Begin<P, T> {
    mark: Mark<T>,
    gap: bool,
    /// The messages that it has missed and the hub still has.
    missed: Vec<Message<P, T>>,
    stage: Stage<P, T>,
}

impl<P: Clone, T: Clone + PartialEq> Hub<P, T> {
    /// Attaches a tab that has read as far as `mark` and whose messages were numbered last in `numbered_in`. `before` is the number of the last
    /// one that another hub has handed over.
    pub(crate) fn admit(
        &mut self,
        now: Instant,
        tab: TabId,
        ticket: u64,
        mark: Mark<T>,
        (numbered_in, before): (Option<Term>, Option<u64>),
        queues: &mut Queues<P, T>,
    ) {
        let term = self.term;
        let new = mark.position.is_none();
        if let Some(read) = &mark.token {
            self.resume_earlier(read, queues);
        }
        let had = mark.token.clone();
        let Begin {
            mark,
            gap,
            missed,
            stage,
        } = self.begin(now, mark);
        let unknown = (0, (numbered_in != Some(term)).then_some(0));
        let (taken, handed) = self.member(tab).map_or(unknown, |member| (member.taken, member.handed));
        self.members.retain(|member| member.id != tab);
        let welcome = Down::Welcome {
            ticket,
            taken,
            handed: handed.unwrap_or_default(),
            before,
            gap,
            mark,
            state: self.state.clone(),
        };
        queues.post(Frame::Down(tab, term, welcome));
        self.clear_suspect(tab);
        if tab != term.hub {
            queues.output(Output::Watch(tab));
        }
        let mut member = Member {
            id: tab,
            posted: 0,
            acknowledged: 0,
            taken,
            handed,
            token: had.filter(|_| !gap),
            methods: Vec::new(),
            said: (false, 0),
            stage,
        };
        for message in missed {
            if self.breaks.contains(&message.seq) {
                member.post(term, Numbered::Gap, queues);
            }
            member.post(term, Numbered::Message(message), queues);
        }
        let next = self.seq + 1;
        if !new && self.breaks.contains(&next) {
            member.post(term, Numbered::Gap, queues);
        }
        self.members.push(member);
    }

    /// A tab has read less than all that have answered in time. Resumes from its token, as long as the connection has not opened.
    fn resume_earlier(&mut self, read: &(Position, T), queues: &mut Queues<P, T>) {
        if self.opened || read.0.term >= self.term {
            return;
        }
        let same = match &self.resumed {
            Some((least, _)) if read.0 >= *least => return,
            Some((_, token)) => *token == read.1,
            None => false,
        };
        self.resumed = Some(read.clone());
        if same {
            return;
        }
        for member in &mut self.members {
            if let (Some((_, token)), Stage::Live) = (&member.token, &member.stage)
                && *token != read.1
            {
                member.stage = Stage::Skipping {
                    token: token.clone(),
                    withheld: Vec::new(),
                };
            }
        }
        self.token = Some(read.clone());
        queues.output(Output::OpenConnection(Some(read.1.clone())));
    }

    fn begin(&self, now: Instant, mark: Mark<T>) -> Begin<P, T> {
        let Some(position) = mark.position else {
            return self.begin_as_new();
        };
        if position.term == self.term {
            return match self.after(position.seq) {
                Some(missed) => Begin::after(mark, missed),
                None => self.begin_with_gap(mark.token),
            };
        }
        let Some((_, token)) = mark.token.clone() else {
            return self.begin_with_gap(None);
        };
        if let Some(last) = self.recent.last_with(&token) {
            return Begin::after(mark, self.after(last).unwrap_or_default());
        }
        // The connection resumes from the token of the tab that had read least. This one's has come before that, or will come now.
        let replaying = now < self.skips_until;
        match (&self.resumed, self.after(0)) {
            (Some((_, resumed)), Some(missed)) if *resumed == token => Begin::after(mark, missed),
            (Some(_), Some(withheld)) if replaying => Begin {
                mark,
                gap: false,
                missed: Vec::new(),
                stage: Stage::Skipping { token, withheld },
            },
            _ => self.begin_with_gap(mark.token),
        }
    }

    fn begin_as_new(&self) -> Begin<P, T> {
        let skipped = self.recent.len().saturating_sub(self.config.replay);
        let missed: Vec<_> = self.recent.iter().skip(skipped).cloned().collect();
        let read = self.seq.saturating_sub(missed.len() as u64);
        Begin {
            mark: self.at(read),
            gap: false,
            missed,
            stage: Stage::Live,
        }
    }

    /// The tab keeps its own token while no message has brought the hub one: a later hub may resume from it.
    fn begin_with_gap(&self, token: Option<(Position, T)>) -> Begin<P, T> {
        let mut mark = self.at(self.seq);
        mark.token = mark.token.or(token);
        Begin {
            mark,
            gap: true,
            missed: Vec::new(),
            stage: Stage::Live,
        }
    }

    fn at(&self, seq: u64) -> Mark<T> {
        Mark {
            position: Some(Position { term: self.term, seq }),
            token: self.token.clone(),
        }
    }

    /// Returns the messages after this one, if the hub still has all of them.
    fn after(&self, seq: u64) -> Option<Vec<Message<P, T>>> {
        let oldest = self.recent.first().map_or(self.seq + 1, |message| message.seq);
        (seq + 1 >= oldest).then(|| {
            self.recent
                .iter()
                .filter(|message| message.seq > seq)
                .cloned()
                .collect()
        })
    }
}

impl<P, T> Begin<P, T> {
    const fn after(mark: Mark<T>, missed: Vec<Message<P, T>>) -> Self {
        Self {
            mark,
            gap: false,
            missed,
            stage: Stage::Live,
        }
    }
}
