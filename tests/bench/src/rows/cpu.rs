//! CPU time of logins and pages, in interleaved rounds with the primitives.

use super::guests::{Guest, expect, spent};
use super::primitives::{Signer, argon2id};
use super::sso::{self, Costs, Desk};
use crate::Bench;
use crate::args::Row;
use crate::calm;
use crate::figures::{Figures, median, real};
use crate::targets;
use anyhow::Context as _;
use portique_bench::http::Client;
use portique_bench::server::{Server, port_of};
use portique_bench::{process, visitor};
use std::time::Duration;

/// The public pages.
const PAGES: [&str; 3] = ["/cookies", "/accueil", "/login"];

/// The smallest answer there is, on the management listener: what HTTP itself costs here.
const SMALLEST: &str = "/health/live";

/// The page with the form: it parks a flow for whoever opens it.
const FORM: &str = "/login/eleve";

/// What one round measured; empty where a row is not wanted.
#[derive(Default)]
struct Round {
    sign: f64,
    argon2: Vec<f64>,
    login: Option<f64>,
    smallest: Option<f64>,
    pages: Vec<f64>,
    form: Option<f64>,
    portal: Option<f64>,
    sso: Option<Costs>,
    me: Option<f64>,
    growth: Option<f64>,
}

/// Measures the unit, always, and the rows of this file that are wanted.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let signer = Signer::new()?;
    let served = [Row::Login, Row::Pages, Row::Portal]
        .into_iter()
        .any(|row| bench.wants(row));
    let mut house = if served {
        Some(House::open(bench)?)
    } else {
        None
    };
    let mut desks = Desks::open(bench)?;
    let child = house.as_ref().map(|house| house.server.pid());
    let rounds = calm::rounds(
        "CPU",
        bench.args.rounds(),
        child,
        bench.args.patience(),
        || {
            let mut round = Round {
                sign: signer.cost()?,
                ..Round::default()
            };
            if bench.wants(Row::Argon2) {
                round.argon2.push(argon2id()?);
            }
            if let Some(house) = &mut house {
                house.round(bench, &mut round)?;
            }
            desks.round(bench, &mut round)?;
            Ok(round)
        },
    )?;
    figures.sign = median(&of(&rounds, |round| Some(round.sign)));
    told(&rounds, figures);
    desks.close()?;
    if let Some(house) = house {
        if bench.wants(Row::Memory) {
            let rss = real(process::memory_kib(house.server.pid(), "VmRSS")?) / 1024.0;
            let what = "resident memory after this load";
            figures.add(Row::Memory, what, rss, "MiB", None);
        }
        house.server.stop()?;
    }
    Ok(())
}

fn of(rounds: &[Round], figure: impl Fn(&Round) -> Option<f64>) -> Vec<f64> {
    rounds.iter().filter_map(figure).collect()
}

fn told(rounds: &[Round], figures: &mut Figures) {
    let sign = figures.sign;
    figures.cpu(Row::Sign, "one RSA-2048 signature (the unit)", sign, None);
    let mut tell = |row, what: &str, figure: &dyn Fn(&Round) -> Option<f64>, target| {
        let samples = of(rounds, figure);
        if !samples.is_empty() {
            figures.cpu(row, what, median(&samples), target);
        }
    };
    let argon2 = |round: &Round| (!round.argon2.is_empty()).then(|| median(&round.argon2));
    let what = "one Argon2id, 19 MiB, 2 passes, two at once";
    tell(Row::Argon2, what, &argon2, None);
    let what = "form login: form, password, landing page";
    tell(Row::Login, what, &|round| round.login, None);
    let beyond = |round: &Round| Some(round.login? - argon2(round)?);
    let target = Some(targets::LOGIN_BEYOND);
    tell(
        Row::Login,
        "form login beyond its Argon2id",
        &beyond,
        target,
    );
    let what = format!("smallest answer, `{SMALLEST}`: HTTP itself");
    tell(Row::Pages, &what, &|round| round.smallest, None);
    let target = Some(targets::DISCOVERY);
    for (index, path) in PAGES.iter().enumerate() {
        let page = |round: &Round| round.pages.get(index).copied();
        tell(Row::Pages, &format!("public page `{path}`"), &page, target);
    }
    let what = format!("login form `{FORM}` (parks a flow)");
    tell(Row::Pages, &what, &|round| round.form, target);
    tell(
        Row::Portal,
        "portal `/`, signed in",
        &|round| round.portal,
        None,
    );
    let what = "`/me`, after some twenty openings";
    tell(Row::Me, what, &|round| round.me, None);
    let costs: Vec<Costs> = rounds.iter().filter_map(|one| one.sso.clone()).collect();
    sso::told(&costs, figures);
    let factors = of(rounds, |round| round.growth);
    if !factors.is_empty() {
        sso::grown(&factors, figures);
    }
}

/// Demonstrations for single sign-on: one whose people have opened little, for `/me`.
struct Desks {
    calm: Option<Desk>,
    busy: Option<Desk>,
}

impl Desks {
    fn open(bench: &Bench) -> anyhow::Result<Self> {
        let wanted = |rows: &[Row]| rows.iter().any(|row| bench.wants(*row));
        let desk = |wanted: bool, name| wanted.then(|| Desk::open(bench, name)).transpose();
        let mut calm = desk(wanted(&[Row::Me]), "me")?;
        if let Some(desk) = &mut calm {
            desk.fill()?;
        }
        let busy = desk(wanted(&[Row::Sso, Row::Growth]), "sso")?;
        Ok(Self { calm, busy })
    }

    fn round(&mut self, bench: &Bench, round: &mut Round) -> anyhow::Result<()> {
        let window = Duration::from_millis(bench.args.window_millis());
        if let Some(desk) = &mut self.calm {
            round.me = Some(desk.me(window)?);
        }
        if let Some(desk) = &mut self.busy {
            if bench.wants(Row::Sso) {
                round.sso = Some(desk.round(window)?);
            }
            if bench.wants(Row::Growth) {
                round.growth = Some(desk.growth()?);
            }
        }
        Ok(())
    }

    fn close(self) -> anyhow::Result<()> {
        [self.calm, self.busy]
            .into_iter()
            .flatten()
            .try_for_each(Desk::close)
    }
}

/// A demonstration with two guests inside and two strangers at the door.
struct House {
    server: Server,
    guests: Vec<Guest>,
    strangers: Vec<Client>,
    probes: Vec<Client>,
    rounds: u8,
}

impl House {
    fn open(bench: &Bench) -> anyhow::Result<Self> {
        let (server, hello) = super::demo(bench, "busy")?;
        let guests = ["pupil", "teacher"]
            .into_iter()
            .map(|who| Guest::arrive(&server, &hello, who))
            .collect::<anyhow::Result<Vec<_>>>()
            .context("the guests of the bench")?;
        let strangers = (0..super::CLIENTS).map(|_| server.client()).collect();
        let management = port_of(&hello.management)?;
        let probes = (0..super::CLIENTS)
            .map(|_| Client::new(management))
            .collect();
        Ok(Self {
            server,
            guests,
            strangers,
            probes,
            rounds: 0,
        })
    }

    fn round(&mut self, bench: &Bench, round: &mut Round) -> anyhow::Result<()> {
        let window = Duration::from_millis(bench.args.window_millis());
        if bench.wants(Row::Login) {
            // Before and after, since a difference of large figures is shown.
            round.argon2.push(argon2id()?);
            let cost = spent(&self.server, &mut self.guests, 4, window, Guest::log_in)?;
            round.login = Some(cost);
            round.argon2.push(argon2id()?);
            self.guests.iter_mut().try_for_each(Guest::close_all)?;
        }
        if bench.wants(Row::Portal) {
            self.guests.iter_mut().try_for_each(Guest::log_in)?;
            let cost = spent(&self.server, &mut self.guests, 200, window, Guest::look)?;
            round.portal = Some(cost);
            self.guests.iter_mut().try_for_each(Guest::close_all)?;
        }
        if bench.wants(Row::Pages) {
            self.pages(window, round)?;
        }
        Ok(())
    }

    fn pages(&mut self, window: Duration, round: &mut Round) -> anyhow::Result<()> {
        let server = &self.server;
        let look = |client: &mut Client| expect(client, SMALLEST);
        round.smallest = Some(spent(server, &mut self.probes, 500, window, look)?);
        for path in PAGES {
            let look = |client: &mut Client| expect(client, path);
            let cost = spent(server, &mut self.strangers, 500, window, look)?;
            round.pages.push(cost);
        }
        // The gateway counts the flows of a network; each round comes from others.
        self.rounds = self.rounds.saturating_add(1);
        for (place, stranger) in (1..).zip(&mut self.strangers) {
            stranger.come_from([127, 1, self.rounds, place]);
        }
        let open = |client: &mut Client| {
            client.forget_all();
            visitor::open(client, FORM).map(drop)
        };
        round.form = Some(spent(server, &mut self.strangers, 200, window, open)?);
        Ok(())
    }
}
