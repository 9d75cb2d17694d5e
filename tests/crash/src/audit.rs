//! After the restart: is everything there that was acknowledged?

use crate::checks::Checks;
use crate::load::Loaded;
use crate::witness::{End, Seen};
use anyhow::{Context as _, bail};
use portique_bench::command::Binary;
use portique_bench::http::Client;
use portique_bench::visitor::{self, SESSION};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// One command.
const LIMIT: Duration = Duration::from_mins(1);

/// Pages of the access log that one round may fill.
const PAGES: usize = 100;

/// What opens may be lost by a crash within the second; what is older may not.
const WITHIN: Duration = Duration::from_secs(1);

/// A restarted server, and what was seen before.
pub(crate) struct Audit<'a> {
    pub(crate) binary: &'a Binary,
    pub(crate) data: &'a Path,
    pub(crate) port: u16,
    /// Name of the round, in what is said of a failure.
    pub(crate) name: &'a str,
    /// When the round began, as the access log writes it.
    pub(crate) since: String,
    pub(crate) killed_at: Instant,
}

impl Audit<'_> {
    /// Checks everything.
    pub(crate) fn run(
        &self,
        seen: &Seen,
        loaded: &mut Loaded,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let name = self.name;
        for trouble in &seen.trouble {
            checks.check(false, || format!("{name}: before the kill: {trouble}"));
        }
        self.events(seen, loaded, checks)?;
        self.sessions(seen, loaded, checks)?;
        self.letters(seen, loaded, checks)?;
        let verified = self.command(&["journal", "verify", "--json"])?;
        checks.check(verified.get("intact") == Some(&Value::Bool(true)), || {
            format!("{name}: the access log is broken: {verified}")
        });
        Ok(())
    }

    /// Each session and each activation that was acknowledged has its intent in the access log.
    fn events(&self, seen: &Seen, loaded: &mut Loaded, checks: &mut Checks) -> anyhow::Result<()> {
        let name = self.name;
        let opened = self.intents("session.opened", "session")?;
        for (session, _) in &seen.sessions {
            loaded.logins += 1;
            checks.check(opened.contains(&session.id), || {
                format!(
                    "{name}: the login of {} (session {}) is not in the access log",
                    session.login, session.id
                )
            });
        }
        let activated = self.intents("account.activation", "actor")?;
        for entered in &seen.entered {
            checks.check(activated.contains(&entered.login), || {
                format!(
                    "{name}: the activation of {} is not in the access log",
                    entered.login
                )
            });
        }
        Ok(())
    }

    /// A session that was closed stays out; one that stood for longer than a second is still there.
    fn sessions(
        &self,
        seen: &Seen,
        loaded: &mut Loaded,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let name = self.name;
        for (session, end) in &seen.sessions {
            let mut client = Client::new(self.port);
            client.set_cookie(SESSION, &session.secret);
            let is_in = visitor::is_in(&mut client)?;
            match end {
                End::Closed => {
                    loaded.closed += 1;
                    checks.check(!is_in, || {
                        format!(
                            "{name}: a closed session of {} is open again",
                            session.login
                        )
                    });
                }
                End::Open => {
                    loaded.open += 1;
                    loaded.kept += u32::from(is_in);
                    let young = self.killed_at.saturating_duration_since(session.at) < WITHIN;
                    checks.check(is_in || young, || {
                        format!("{name}: a session of {} is gone", session.login)
                    });
                }
                End::Unsure => {}
            }
        }
        Ok(())
    }

    /// A code that was spent stays spent, and what was chosen with it opens.
    fn letters(&self, seen: &Seen, loaded: &mut Loaded, checks: &mut Checks) -> anyhow::Result<()> {
        let name = self.name;
        for entered in &seen.entered {
            loaded.codes += 1;
            let login = entered.login.as_str();
            let shown = self.command(&["account", "show", login, "--json"])?;
            checks.check(
                shown.get("state").and_then(Value::as_str) == Some("active"),
                || format!("{name}: the account of {login} is not active: {shown}"),
            );
            let mut client = Client::new(self.port);
            let again =
                visitor::show_letter(&mut client, login, &entered.code, &entered.birth_date)?;
            checks.check(again.status == 422, || {
                format!(
                    "{name}: the spent code of {login} was answered {}",
                    again.status
                )
            });
            let mut client = Client::new(self.port);
            let entry = visitor::login(&mut client, login, &entered.password)?;
            checks.check(
                entry.status == 303 && client.cookie(SESSION).is_some(),
                || {
                    format!(
                        "{name}: the password of {login} was answered {}",
                        entry.status
                    )
                },
            );
        }
        Ok(())
    }

    /// One column of the intents of one event in this round.
    fn intents(&self, event: &str, column: &str) -> anyhow::Result<HashSet<String>> {
        let text =
            |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
        let mut found = HashSet::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let mut arguments = vec![
                "journal", "search", "--event", event, "--limit", "200", "--json",
            ];
            if let Some(after) = &after {
                arguments.extend(["--after", after.as_str()]);
            }
            let page = self.command(&arguments)?;
            let rows = page
                .get("events")
                .and_then(Value::as_array)
                .context("no events")?;
            let mut old = false;
            for row in rows {
                old |= text(row, "at").is_none_or(|at| at < self.since);
                if text(row, "phase").as_deref() == Some("intent") {
                    found.extend(text(row, column));
                }
            }
            match text(&page, "next") {
                Some(next) if !old => after = Some(next),
                Some(_) | None => return Ok(found),
            }
        }
        bail!("the access log has no end")
    }

    fn command(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let data = self.data.to_string_lossy();
        let mut all = vec!["--data", &data];
        all.extend(arguments);
        let ran = self.binary.run(&all, LIMIT)?;
        ran.json()
            .with_context(|| format!("{arguments:?}: {}", ran.err))
    }
}
