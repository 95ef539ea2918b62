//! Tells the application what the machine has decided.

use alloc::rc::Rc;

use super::{Inner, text};
use crate::channels::{ChannelId, Event, Failure, HolderId, Payload};
use crate::client::bus::answer::ChannelError;
use crate::client::bus::events::BusEvent;
use crate::client::bus::holder::Holder;
use crate::client::bus::values::{ChannelEvent, ChannelMessage, ChannelStatus, Member};

impl Inner {
    fn tell(&self, channel: ChannelId, event: &ChannelEvent, which: impl Fn(&Holder) -> bool) {
        for holder in self.holders_of(channel) {
            if which(&holder) {
                holder.tell(event);
            }
        }
    }

    fn set_status(&self, channel: ChannelId, status: ChannelStatus, only: Option<HolderId>) {
        let holders = self.holders_of(channel).into_iter();
        holders
            .filter(|holder: &Rc<Holder>| only.is_none_or(|only| only == holder.id))
            .for_each(|holder| holder.status.set(status));
    }

    pub(super) fn dispatch(&self, event: Event<Payload, alloc::string::String>) {
        match event {
            Event::Message {
                channel,
                position,
                payload,
                replayed,
                skips,
            } => {
                let message = ChannelMessage {
                    data: payload,
                    position,
                    replayed,
                };
                let event = ChannelEvent::Message(message);
                self.tell(channel, &event, |holder| !skips.contains(&holder.id));
            }
            Event::Subscribed {
                channel,
                holder: only,
                recovered,
                replayed,
            } => {
                self.set_status(channel, ChannelStatus::Subscribed, only);
                let event = ChannelEvent::Subscribed { recovered, replayed };
                self.tell(channel, &event, |holder| only.is_none_or(|only| only == holder.id));
            }
            Event::Gap { channel, after, before } => {
                self.tell(channel, &ChannelEvent::Gap { after, before }, |_| true);
            }
            Event::Refused {
                channel,
                reason,
                retry_in,
            } => {
                self.set_status(channel, ChannelStatus::Refused, None);
                let event = ChannelEvent::Refused {
                    reason: reason.map(text),
                    retry_in: retry_in.map(Into::into),
                };
                self.tell(channel, &event, |_| true);
            }
            Event::Published { publication, position } => {
                let answer = self.publications.borrow_mut().remove(&publication);
                if let Some(answer) = answer {
                    answer.settle(Ok(position));
                }
            }
            Event::Unpublished {
                publication,
                failure: reason,
                sent,
            } => {
                let answer = self.publications.borrow_mut().remove(&publication);
                if let Some(answer) = answer {
                    answer.settle(Err(ChannelError { reason, sent }));
                }
            }
            Event::History { question, messages } => {
                let messages = messages.into_iter().map(|(position, data)| ChannelMessage {
                    data,
                    position,
                    replayed: true,
                });
                let answer = self.questions.borrow_mut().remove(&question);
                if let Some(answer) = answer {
                    answer.settle(Ok(messages.collect()));
                }
            }
            Event::NoHistory {
                question,
                failure: reason,
            } => self.fail_question(question, reason),
            Event::LoadOverdue { channel, after } => {
                self.tell(channel, &ChannelEvent::LoadOverdue(after.into()), |holder| {
                    holder.load.is_some()
                });
            }
            Event::LoginRefused { reason } => self.report(&BusEvent::Refused(text(reason))),
            Event::Member {
                channel,
                user,
                change,
                data,
            } => {
                let member = Member { user, data };
                self.tell(channel, &ChannelEvent::Member { change, member }, |_| true);
            }
        }
    }

    fn fail_question(&self, question: crate::channels::QuestionId, reason: Failure<Payload>) {
        let answer = self.questions.borrow_mut().remove(&question);
        if let Some(answer) = answer {
            answer.settle(Err(ChannelError { reason, sent: false }));
        }
    }
}
