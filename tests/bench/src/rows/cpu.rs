//! CPU time of logins and pages, in interleaved rounds with the primitives.

use super::guests::{Guest, expect, spent};
use super::primitives::{Signer, argon2id};
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, median, real, say};
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

#[derive(Default)]
struct Samples {
    sign: Vec<f64>,
    argon2: Vec<f64>,
    login: Vec<f64>,
    smallest: Vec<f64>,
    pages: [Vec<f64>; 3],
    form: Vec<f64>,
    portal: Vec<f64>,
}

/// Measures the unit, always, and the rows of this file that are wanted.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let signer = Signer::new()?;
    let mut samples = Samples::default();
    let served = [Row::Login, Row::Pages, Row::Portal]
        .into_iter()
        .any(|row| bench.wants(row));
    let mut house = if served {
        Some(House::open(bench)?)
    } else {
        None
    };
    for round in 1..=bench.args.rounds() {
        say(&format!("round {round} of {}", bench.args.rounds()));
        samples.sign.push(signer.cost()?);
        if bench.wants(Row::Argon2) {
            samples.argon2.push(argon2id()?);
        }
        if let Some(house) = &mut house {
            house.round(bench, &mut samples)?;
        }
    }
    figures.sign = median(&samples.sign);
    told(bench, &samples, figures);
    if let Some(house) = house {
        if bench.wants(Row::Memory) {
            let rss = real(process::memory_kib(house.server.pid(), "VmRSS")?) / 1024.0;
            figures.add(
                Row::Memory,
                "resident memory after this load",
                rss,
                "MiB",
                None,
            );
        }
        house.server.stop()?;
    }
    Ok(())
}

fn told(bench: &Bench, samples: &Samples, figures: &mut Figures) {
    let sign = figures.sign;
    figures.cpu(Row::Sign, "one RSA-2048 signature (the unit)", sign, None);
    let argon2 = median(&samples.argon2);
    if !samples.argon2.is_empty() {
        figures.cpu(
            Row::Argon2,
            "one Argon2id, 19 MiB, 2 passes, two at once",
            argon2,
            None,
        );
    }
    if bench.wants(Row::Login) {
        let login = median(&samples.login);
        figures.cpu(
            Row::Login,
            "form login: form, password, landing page",
            login,
            None,
        );
        figures.cpu(
            Row::Login,
            "form login beyond its Argon2id",
            login - argon2,
            Some(targets::LOGIN_BEYOND),
        );
    }
    if bench.wants(Row::Pages) {
        let smallest = format!("smallest answer, `{SMALLEST}`: HTTP itself");
        figures.cpu(Row::Pages, &smallest, median(&samples.smallest), None);
        for (path, samples) in PAGES.iter().zip(&samples.pages) {
            figures.cpu(
                Row::Pages,
                &format!("public page `{path}`"),
                median(samples),
                Some(targets::DISCOVERY),
            );
        }
        let form = format!("login form `{FORM}` (parks a flow)");
        figures.cpu(
            Row::Pages,
            &form,
            median(&samples.form),
            Some(targets::DISCOVERY),
        );
    }
    if bench.wants(Row::Portal) {
        figures.cpu(
            Row::Portal,
            "portal `/`, signed in",
            median(&samples.portal),
            None,
        );
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

    fn round(&mut self, bench: &Bench, samples: &mut Samples) -> anyhow::Result<()> {
        let window = Duration::from_millis(bench.args.window_millis());
        let server = &self.server;
        if bench.wants(Row::Login) {
            // Before and after, since a difference of large figures is shown.
            samples.argon2.push(argon2id()?);
            samples
                .login
                .push(spent(server, &mut self.guests, 4, window, Guest::log_in)?);
            samples.argon2.push(argon2id()?);
            self.guests.iter_mut().try_for_each(Guest::close_all)?;
        }
        if bench.wants(Row::Portal) {
            for guest in &mut self.guests {
                guest.log_in()?;
            }
            samples
                .portal
                .push(spent(server, &mut self.guests, 200, window, Guest::look)?);
            self.guests.iter_mut().try_for_each(Guest::close_all)?;
        }
        if bench.wants(Row::Pages) {
            let look = |client: &mut Client| expect(client, SMALLEST);
            samples
                .smallest
                .push(spent(server, &mut self.probes, 500, window, look)?);
            for (path, samples) in PAGES.iter().zip(&mut samples.pages) {
                let look = |client: &mut Client| expect(client, path);
                samples.push(spent(server, &mut self.strangers, 500, window, look)?);
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
            samples
                .form
                .push(spent(server, &mut self.strangers, 200, window, open)?);
        }
        Ok(())
    }
}
