//! Clients that keep a server busy until it is gone, and remember what it said.

use crate::chance::Chance;
use crate::witness::{End, Entered, Opened, Seen, session_of};
use anyhow::{Context as _, ensure};
use portique_bench::command::Binary;
use portique_bench::http::Client;
use portique_bench::visitor::{self, Activated, SESSION, TOKEN};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Turns of one worker at most.
const TURNS: usize = 10_000;

/// Somebody who can log in.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) login: String,
    pub(crate) password: String,
}

/// A letter that nobody has used.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) login: String,
    pub(crate) code: String,
    pub(crate) birth_date: String,
}

/// The server as workers know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door<'a> {
    pub(crate) binary: &'a Binary,
    pub(crate) data: &'a Path,
    pub(crate) port: u16,
    /// Set just before the kill: what fails afterwards fails rightly.
    pub(crate) killed: &'a AtomicBool,
}

impl Door<'_> {
    /// Works until the server is gone. What fails before the kill is a trouble.
    fn until_killed(
        &self,
        seen: &mut Seen,
        mut turn: impl FnMut(&mut Seen) -> anyhow::Result<bool>,
    ) {
        for _ in 0..TURNS {
            match turn(seen) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    if !self.killed.load(Ordering::Acquire) {
                        seen.trouble.push(format!("{error:#}"));
                    }
                    return;
                }
            }
        }
    }
}

/// Logs in and out, or stays in, as chance has it.
pub(crate) fn commute(door: Door<'_>, members: &[Member], mut chance: Chance) -> Seen {
    let mut seen = Seen::default();
    let mut turn = members.iter().cycle();
    door.until_killed(&mut seen, |seen| {
        let Some(member) = turn.next() else {
            return Ok(false);
        };
        let mut client = Client::new(door.port);
        seen.sessions.push((enter(&mut client, member)?, End::Open));
        if chance.coin() {
            let end = seen.sessions.last_mut().context("a session")?;
            end.1 = End::Unsure;
            ensure!(visitor::logout(&mut client)?, "a logout was refused");
            end.1 = End::Closed;
        }
        Ok(true)
    });
    seen
}

/// Opens two sessions of one account and has an operator end them by a command.
pub(crate) fn operate(door: Door<'_>, member: &Member) -> Seen {
    let mut seen = Seen::default();
    let data = door.data.to_string_lossy();
    door.until_killed(&mut seen, |seen| {
        let before = seen.sessions.len();
        for _ in 0..2 {
            let mut client = Client::new(door.port);
            seen.sessions
                .push((enter(&mut client, member)?, End::Unsure));
        }
        let arguments = ["--data", &data, "session", "end", &member.login];
        // A command that finds nobody to talk to would open the folder by itself: only one that was
        // answered counts, and none is begun after the kill.
        ensure!(!door.killed.load(Ordering::Acquire), "the server is gone");
        let ran = door
            .binary
            .run(&arguments, Duration::from_secs(30))?
            .well()?;
        ensure!(ran.out.contains("ended"), "the command says: {}", ran.out);
        for session in seen.sessions.iter_mut().skip(before) {
            session.1 = End::Closed;
        }
        Ok(true)
    });
    seen
}

/// Uses letters, one after the other.
pub(crate) fn arrive(door: Door<'_>, letters: Vec<Letter>) -> Seen {
    let mut seen = Seen::default();
    let mut letters = letters.into_iter();
    door.until_killed(&mut seen, |seen| {
        let Some(letter) = letters.next() else {
            return Ok(false);
        };
        let mut client = Client::new(door.port);
        let mut reached = Activated::default();
        let done = visitor::activate(
            &mut client,
            &letter.login,
            &letter.code,
            &letter.birth_date,
            &mut reached,
        );
        // The password was acknowledged, whatever came after.
        if let (true, Some(password)) = (reached.saved, reached.password) {
            seen.entered.push(Entered {
                login: letter.login.clone(),
                code: letter.code,
                birth_date: letter.birth_date,
                password,
            });
            if let Ok(opened) = opened(&client, &letter.login) {
                seen.sessions.push((opened, End::Open));
            }
        }
        done.map(|()| true)
    });
    seen
}

/// Logs in; the answer came and it was a session.
fn enter(client: &mut Client, member: &Member) -> anyhow::Result<Opened> {
    let answer = visitor::login(client, &member.login, &member.password)?;
    ensure!(
        answer.status == 303,
        "the login of {} answered {}",
        member.login,
        answer.status
    );
    opened(client, &member.login)
}

fn opened(client: &Client, login: &str) -> anyhow::Result<Opened> {
    let token = client.cookie(TOKEN).context("no ENT token")?;
    Ok(Opened {
        login: login.to_owned(),
        id: session_of(token).context("an ENT token without a session")?,
        secret: client.cookie(SESSION).context("no session")?.to_owned(),
        at: Instant::now(),
    })
}
