//! Guests: two keep-alive clients that work at the same time, and what the server spends on them.

use anyhow::{Context as _, bail, ensure};
use portique_bench::http::Client;
use portique_bench::process;
use portique_bench::server::{Hello, Server};
use portique_bench::visitor::{self, Activated, SESSION, TOKEN};
use std::time::Duration;

/// Operations of one measure at most.
const MOST: u32 = 400_000;

/// How long the server may write what nobody waits for.
const SETTLE: Duration = Duration::from_millis(20);

/// Somebody with an account.
pub(super) struct Guest {
    pub(super) client: Client,
    pub(super) username: String,
    pub(super) password: String,
    /// Sessions opened and not closed yet.
    opened: Vec<String>,
}

impl Guest {
    /// Activates the account of a letter.
    pub(super) fn arrive(server: &Server, hello: &Hello, who: &str) -> anyhow::Result<Self> {
        let letter = hello.letters.iter().find(|letter| letter.who == who);
        let letter = letter.with_context(|| format!("no letter for {who}"))?;
        let code = letter
            .code
            .as_deref()
            .context("the account is active already")?;
        let mut client = server.client();
        let mut reached = Activated::default();
        visitor::activate(
            &mut client,
            &letter.username,
            code,
            &letter.birth_date,
            &mut reached,
        )?;
        Ok(Self {
            client,
            username: letter.username.clone(),
            password: reached.password.context("no password was chosen")?,
            opened: Vec::new(),
        })
    }

    /// One login of somebody whose browser was here before: form, password, landing page.
    pub(super) fn log_in(&mut self) -> anyhow::Result<()> {
        self.client.forget(SESSION);
        self.client.forget(TOKEN);
        let answer = visitor::login(&mut self.client, &self.username, &self.password)?;
        ensure!(answer.status == 303, "the login answered {}", answer.status);
        let landed = visitor::follow(&mut self.client, answer)?;
        ensure!(
            landed.status == 200,
            "the landing page answered {}",
            landed.status
        );
        let session = self.client.cookie(SESSION).context("no session opened")?;
        self.opened.push(session.to_owned());
        Ok(())
    }

    /// Closes what was opened, so that nobody has more sessions than people have.
    pub(super) fn close_all(&mut self) -> anyhow::Result<()> {
        while let Some(session) = self.opened.pop() {
            self.client.set_cookie(SESSION, &session);
            // Answered by a page instead of a redirect when partners were signed in to.
            visitor::logout(&mut self.client)?;
            ensure!(!visitor::is_in(&mut self.client)?, "a logout was refused");
        }
        Ok(())
    }

    /// The portal.
    pub(super) fn look(&mut self) -> anyhow::Result<()> {
        expect(&mut self.client, "/")
    }
}

/// A page that has to be there.
pub(super) fn expect(client: &mut Client, path: &str) -> anyhow::Result<()> {
    let answer = client.get(path)?;
    ensure!(answer.status == 200, "{path} answered {}", answer.status);
    Ok(())
}

/// CPU seconds of the server for one operation, by all clients at once until it has spent `window`.
/// Each client does `batch` operations between two looks at the clock.
pub(super) fn spent<T: Send>(
    server: &Server,
    clients: &mut [T],
    batch: u32,
    window: Duration,
    act: impl Fn(&mut T) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<f64> {
    let before = process::cpu(server.pid())?;
    let mut done = 0;
    while done < MOST {
        done += at_once(clients, batch, &act)?;
        let used = process::cpu(server.pid())?.saturating_sub(before);
        if used >= window {
            return Ok(used.as_secs_f64() / f64::from(done));
        }
    }
    bail!("{MOST} operations cost nearly nothing: nothing was measured")
}

/// As [`spent`], for operations that use up what `prepare` makes; that is not counted.
pub(super) fn spent_on<T: Send>(
    server: &Server,
    clients: &mut [T],
    batch: u32,
    window: Duration,
    prepare: impl Fn(&mut T) -> anyhow::Result<()> + Sync,
    act: impl Fn(&mut T) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<f64> {
    let mut used = Duration::ZERO;
    let mut done = 0;
    while done < MOST {
        at_once(clients, batch, &prepare)?;
        // What nobody waited for is written meanwhile.
        std::thread::sleep(SETTLE);
        let before = process::fine_cpu(server.pid())?;
        done += at_once(clients, batch, &act)?;
        used += process::fine_cpu(server.pid())?.saturating_sub(before);
        if used >= window {
            return Ok(used.as_secs_f64() / f64::from(done));
        }
    }
    bail!("{MOST} operations cost nearly nothing: nothing was measured")
}

/// All clients at the same time, each so often. Gives how often that was in all.
fn at_once<T: Send>(
    clients: &mut [T],
    batch: u32,
    act: &(impl Fn(&mut T) -> anyhow::Result<()> + Sync),
) -> anyhow::Result<u32> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| scope.spawn(|| (0..batch).try_for_each(|_| act(client))))
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| match thread.join() {
                Ok(done) => done,
                Err(_) => bail!("a client broke"),
            })
    })?;
    Ok(batch * u32::try_from(clients.len())?)
}
