//! The members of one channel, by user. A user may have several connections.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::{Instant, Span};

use super::output::Change;
use super::sorted::{Map, Set};

/// A connection of a user, as the broker reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence<P> {
    /// Identifies the connection.
    pub connection: String,
    /// Identifies the user.
    pub user: String,
    /// The data that the user gave.
    pub data: P,
}

#[derive(Debug)]
struct Member<P> {
    connections: Set<String>,
    /// When the user counts as gone, if there is no connection.
    gone_at: Instant,
    data: P,
}

/// A change, its user and the user's data.
pub(super) type Changed<P> = (Change, String, P);

#[derive(Debug)]
pub(super) struct Members<P> {
    grace: Span,
    users: Map<String, Member<P>>,
    owners: Map<String, String>,
}

impl<P: Clone> Members<P> {
    pub(super) const fn new(grace: Span) -> Self {
        Self {
            grace,
            users: Map::new(),
            owners: Map::new(),
        }
    }

    pub(super) const fn set_grace(&mut self, grace: Span) {
        self.grace = grace;
    }

    /// Returns the users that are members, in alphabetical order, with their data.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &P)> {
        self.users.iter().map(|(user, member)| (user.as_str(), &member.data))
    }

    /// Returns when the next user counts as gone.
    pub(super) fn next(&self) -> Instant {
        let gone = self.users.values().map(|member| member.gone_at);
        gone.min().unwrap_or(Instant::NEVER)
    }

    /// A connection has come. It may have been another user's before.
    pub(super) fn joined(&mut self, presence: Presence<P>) -> Vec<Changed<P>> {
        let Presence { connection, user, data } = presence;
        let mut changes = Vec::new();
        if let Some(before) = self.owners.get(&connection).filter(|before| **before != user).cloned()
            && self.drop_connection(&connection, &before)
            && let Some(member) = self.users.remove(&before)
        {
            changes.push((Change::Leave, before, member.data));
        }
        self.owners.insert(connection.clone(), user.clone());
        let change = if let Some(member) = self.users.get_mut(&user) {
            let away = member.connections.is_empty();
            member.connections.insert(connection, ());
            member.gone_at = Instant::NEVER;
            member.data = data.clone();
            away.then_some(Change::Back)
        } else {
            let mut connections = Set::new();
            connections.insert(connection, ());
            let member = Member {
                connections,
                gone_at: Instant::NEVER,
                data: data.clone(),
            };
            self.users.insert(user.clone(), member);
            Some(Change::Join)
        };
        changes.extend(change.map(|change| (change, user, data)));
        changes
    }

    /// Returns true if that was the user's last connection.
    fn drop_connection(&mut self, connection: &str, user: &str) -> bool {
        self.owners.remove(connection);
        let Some(member) = self.users.get_mut(user) else {
            return false;
        };
        member.connections.remove(connection).is_some() && member.connections.is_empty()
    }

    /// A connection has gone: it was lost, or the user has left.
    pub(super) fn left(&mut self, now: Instant, connection: &str, lost: bool) -> Option<Changed<P>> {
        let user = self.owners.get(connection)?.clone();
        if !self.drop_connection(connection, &user) {
            return None;
        }
        if lost && self.grace > Span::ZERO {
            let member = self.users.get_mut(&user)?;
            member.gone_at = now.saturating_add(self.grace);
            return Some((Change::Timeout, user, member.data.clone()));
        }
        let member = self.users.remove(&user)?;
        Some((Change::Leave, user, member.data))
    }

    /// Users whose connections were lost have not come back.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<Changed<P>> {
        let gone: Vec<String> = self
            .users
            .iter()
            .filter(|(_, member)| member.gone_at <= now)
            .map(|(user, _)| user.clone())
            .collect();
        gone.into_iter()
            .filter_map(|user| {
                self.users
                    .remove(&user)
                    .map(|member| (Change::Leave, user, member.data))
            })
            .collect()
    }

    /// The broker has said who is there: a user who isn't counts as lost, if it was there before.
    pub(super) fn replace(&mut self, now: Instant, present: Vec<Presence<P>>) -> Vec<Changed<P>> {
        let mut there: Vec<String> = present.iter().map(|presence| presence.connection.clone()).collect();
        there.sort_unstable();
        let gone: Vec<String> = self
            .owners
            .keys()
            .filter(|connection| there.binary_search(connection).is_err())
            .cloned()
            .collect();
        let mut changes: Vec<Changed<P>> = present.into_iter().flat_map(|presence| self.joined(presence)).collect();
        changes.extend(
            gone.into_iter()
                .filter_map(|connection| self.left(now, &connection, true)),
        );
        changes
    }
}
