//! Killed under load: what was acknowledged is there after the restart.

use crate::audit::Audit;
use crate::chance::Chance;
use crate::checks::{Checks, say};
use crate::records::{self, Waiting};
use crate::witness::Seen;
use crate::workers::{Door, Letter, Member, arrive, commute, operate};
use anyhow::{Context as _, bail, ensure};
use portique_bench::command::Binary;
use portique_bench::machine;
use portique_bench::server::Server;
use portique_bench::visitor::{self, Activated};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// People of the demonstration.
const PERSONS: u64 = 3000;

/// Members that log in and out, for two commuters and one operator.
const MEMBERS: usize = 5;

/// Letters drawn for one round.
const LETTERS: usize = 12;

/// When the kill may come.
const SOONEST: Duration = Duration::from_millis(50);
const LATEST: Duration = Duration::from_millis(2500);

/// One command.
const LIMIT: Duration = Duration::from_secs(30);

/// What was acknowledged, over all rounds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) kills: u32,
    /// Sessions that opened.
    pub(crate) logins: u32,
    /// Sessions that were said to be closed.
    pub(crate) closed: u32,
    /// Sessions that nobody closed, and how many of them the kill left open.
    pub(crate) open: u32,
    pub(crate) kept: u32,
    /// Codes that were spent.
    pub(crate) codes: u32,
}

/// Kills `rounds` times.
pub(crate) fn trial(
    binary: &Binary,
    folder: &Path,
    rounds: u32,
    chance: &mut Chance,
    checks: &mut Checks,
) -> anyhow::Result<Loaded> {
    let data = folder.join("demo");
    let (server, _) = Server::demo(binary, &data, PERSONS)?;
    server.stop()?;
    let mut people = records::waiting(&data)?;
    let mut loaded = Loaded::default();
    let mut server = restart(binary, &data)?;
    let mut members = Vec::with_capacity(MEMBERS);
    for letter in letters(binary, &data, &mut people, MEMBERS)? {
        members.push(member(&server, &letter)?);
    }
    for round in 1..=rounds {
        let letters = letters(binary, &data, &mut people, LETTERS)?;
        let moment = chance.moment(SOONEST, LATEST);
        let name = format!("server, kill {round} after {moment:?}");
        let since = machine::now().to_string();
        let (seen, killed_at) = one(binary, server, &members, letters, moment, chance)?;
        loaded.kills += 1;
        server = restart(binary, &data)
            .with_context(|| format!("{name}: the server does not start again"))?;
        let port = server.port;
        let audit = Audit {
            binary,
            data: &data,
            port,
            name: &name,
            since,
            killed_at,
        };
        audit
            .run(&seen, &mut loaded, checks)
            .with_context(|| name.clone())?;
    }
    server.stop()?;
    say(&format!("server: {loaded:?}"));
    Ok(loaded)
}

fn restart(binary: &Binary, data: &Path) -> anyhow::Result<Server> {
    Ok(Server::demo(binary, data, PERSONS)?.0)
}

/// Letters of people who have not come yet.
fn letters(
    binary: &Binary,
    data: &Path,
    people: &mut Vec<Waiting>,
    count: usize,
) -> anyhow::Result<Vec<Letter>> {
    let data = data.to_string_lossy();
    let mut letters = Vec::with_capacity(count);
    while letters.len() < count {
        let person = people.pop().context("nobody is left to activate")?;
        let arguments = [
            "--data",
            &data,
            "account",
            "activate-code",
            &person.login,
            "--json",
        ];
        let drawn = binary.run(&arguments, LIMIT)?.well()?.json()?;
        let code = drawn
            .get("code")
            .and_then(serde_json::Value::as_str)
            .context("no code")?;
        letters.push(Letter {
            login: person.login,
            code: code.to_owned(),
            birth_date: person.birth_date,
        });
    }
    Ok(letters)
}

/// Activates an account, so that somebody can log in.
fn member(server: &Server, letter: &Letter) -> anyhow::Result<Member> {
    let mut reached = Activated::default();
    visitor::activate(
        &mut server.client(),
        &letter.login,
        &letter.code,
        &letter.birth_date,
        &mut reached,
    )?;
    Ok(Member {
        login: letter.login.clone(),
        password: reached.password.context("no password")?,
    })
}

/// Works on a server from four sides and kills it at a moment. Gives what was acknowledged.
fn one(
    binary: &Binary,
    server: Server,
    members: &[Member],
    letters: Vec<Letter>,
    moment: Duration,
    chance: &mut Chance,
) -> anyhow::Result<(Seen, Instant)> {
    let [one, two, three, four, operated] = members else {
        bail!("five members");
    };
    let pairs = [[one.clone(), two.clone()], [three.clone(), four.clone()]];
    let chances = [chance.another(), chance.another()];
    let killed = AtomicBool::new(false);
    let data = server.data.clone();
    let door = Door {
        binary,
        data: &data,
        port: server.port,
        killed: &killed,
    };
    let mut seen = Seen::default();
    let killed_at = std::thread::scope(|scope| -> anyhow::Result<Instant> {
        let mut threads: Vec<_> = pairs
            .iter()
            .zip(chances)
            .map(|(pair, chance)| scope.spawn(move || commute(door, pair, chance)))
            .collect();
        threads.push(scope.spawn(move || operate(door, operated)));
        threads.push(scope.spawn(move || arrive(door, letters)));
        std::thread::sleep(moment);
        killed.store(true, Ordering::Release);
        let killed_at = Instant::now();
        server.kill()?;
        for thread in threads {
            let Ok(one) = thread.join() else {
                bail!("a client broke");
            };
            seen.take(one);
        }
        Ok(killed_at)
    })?;
    ensure!(killed.load(Ordering::Acquire), "nobody was killed");
    Ok((seen, killed_at))
}
