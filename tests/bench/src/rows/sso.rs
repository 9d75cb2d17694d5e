//! Single sign-on: each endpoint by itself, the whole flow, and a thousand of them in one session.

use super::guests::{Guest, expect, spent, spent_on};
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, median};
use crate::targets::{self, Target};
use anyhow::Context as _;
use portique_bench::http::Client;
use portique_bench::partner::{Partner, Tokens};
use portique_bench::process;
use portique_bench::server::Server;
use std::time::Duration;

/// What machines read about us.
const METADATA: [(&str, &str); 2] = [
    ("discovery", "/.well-known/openid-configuration"),
    ("keys", "/oidc/jwks"),
];

/// Codes drawn before they are exchanged: they live a minute.
const CODES: u32 = 100;

/// Openings that `/me` has to tell of, for each guest.
const OPENINGS: u32 = 20;

/// Sign-ons in one session, and of how many the first are held against the last.
const SIGN_ONS: u32 = 1000;
const PART: u32 = 100;

/// What one round measured, in CPU seconds.
pub(super) type Costs = Vec<(&'static str, Option<Target>, f64)>;

/// Somebody at a browser, and the machine of the partner behind her.
struct Visitor {
    guest: Guest,
    machine: Client,
    codes: Vec<String>,
    tokens: Option<Tokens>,
}

impl Visitor {
    fn browser(&mut self) -> &mut Client {
        &mut self.guest.client
    }

    fn exchange(&mut self, partner: &Partner) -> anyhow::Result<()> {
        let code = self.codes.pop().context("no code is left")?;
        self.tokens = Some(partner.exchange(&mut self.machine, &code)?);
        Ok(())
    }

    fn flow(&mut self, partner: &Partner) -> anyhow::Result<()> {
        partner.flow(&mut self.guest.client, &mut self.machine)
    }
}

/// A demonstration with two guests who are in, and two partners: one a signature.
pub(super) struct Desk {
    server: Server,
    visitors: Vec<Visitor>,
    rs256: Partner,
    es256: Partner,
}

impl Desk {
    pub(super) fn open(bench: &Bench, name: &str) -> anyhow::Result<Self> {
        let (server, hello) = super::demo(bench, name)?;
        let declare = |alg: &str| {
            let id = format!("mesure-{}", alg.to_lowercase());
            Partner::declare(&bench.binary, &server.data, &id, alg)
        };
        let (rs256, es256) = (declare("RS256")?, declare("ES256")?);
        let visitors = ["pupil", "teacher"]
            .into_iter()
            .map(|who| {
                Ok(Visitor {
                    guest: Guest::arrive(&server, &hello, who)?,
                    machine: server.client(),
                    codes: Vec::new(),
                    tokens: None,
                })
            })
            .collect::<anyhow::Result<Vec<_>>>()
            .context("the guests of the desk")?;
        Ok(Self {
            server,
            visitors,
            rs256,
            es256,
        })
    }

    /// Ends it in order.
    pub(super) fn close(self) -> anyhow::Result<()> {
        self.server.stop()
    }

    /// What their access log has to tell before `/me` is measured.
    pub(super) fn fill(&mut self) -> anyhow::Result<()> {
        let (rs256, es256) = (&self.rs256, &self.es256);
        for visitor in &mut self.visitors {
            for _ in 0..OPENINGS / 2 {
                rs256.authorize(visitor.browser())?;
                es256.authorize(visitor.browser())?;
            }
        }
        Ok(())
    }

    /// CPU seconds of `/me`.
    pub(super) fn me(&mut self, window: Duration) -> anyhow::Result<f64> {
        let look = |visitor: &mut Visitor| expect(visitor.browser(), "/me");
        spent(&self.server, &mut self.visitors, 50, window, look)
    }

    /// One round of all endpoints.
    pub(super) fn round(&mut self, window: Duration) -> anyhow::Result<Costs> {
        let mut costs = Costs::new();
        let Self {
            server,
            visitors,
            rs256,
            es256,
        } = self;
        for (what, path) in METADATA {
            let look = |visitor: &mut Visitor| expect(&mut visitor.machine, path);
            let cost = spent(server, visitors, 500, window, look)?;
            costs.push((what, Some(targets::DISCOVERY), cost));
        }
        let ask = |visitor: &mut Visitor| es256.authorize(visitor.browser()).map(drop);
        let cost = spent(server, visitors, 100, window, ask)?;
        costs.push(("authorize", Some(targets::AUTHORIZE), cost));
        for (what, partner) in [("token RS256", &*rs256), ("token ES256", &*es256)] {
            let draw = |visitor: &mut Visitor| {
                let code = partner.authorize(visitor.browser())?;
                visitor.codes.push(code);
                Ok(())
            };
            let spend = |visitor: &mut Visitor| visitor.exchange(partner);
            let cost = spent_on(server, visitors, CODES, window, draw, spend)?;
            costs.push((what, None, cost));
        }
        let who = |visitor: &mut Visitor| {
            let tokens = visitor.tokens.as_ref().context("no token is there")?;
            Partner::userinfo(&mut visitor.machine, tokens)
        };
        let cost = spent(server, visitors, 200, window, who)?;
        costs.push(("userinfo", None, cost));
        let flows = [
            ("flow RS256", &*rs256, targets::FLOW_RS256),
            ("flow ES256", &*es256, targets::FLOW_ES256),
        ];
        for (what, partner, target) in flows {
            let flow = |visitor: &mut Visitor| visitor.flow(partner);
            let cost = spent(server, visitors, 50, window, flow)?;
            costs.push((what, Some(target), cost));
        }
        Ok(costs)
    }

    /// How much more the last sign-ons of a fresh session cost than its first, as a factor.
    pub(super) fn growth(&mut self) -> anyhow::Result<f64> {
        let partner = &self.es256;
        let pid = self.server.pid();
        let visitor = self.visitors.first_mut().context("nobody is in")?;
        // The connections and caches of a server that has just started are nobody's growth.
        (0..PART).try_for_each(|_| visitor.flow(partner))?;
        visitor.guest.log_in()?;
        let mut parts = Vec::new();
        for _ in 0..SIGN_ONS / PART {
            let before = process::fine_cpu(pid)?;
            (0..PART).try_for_each(|_| visitor.flow(partner))?;
            let used = process::fine_cpu(pid)?.saturating_sub(before);
            parts.push(used.as_secs_f64());
        }
        visitor.guest.close_all()?;
        // The other rows want her in.
        visitor.guest.log_in()?;
        let first = parts.first().context("no sign-on")?;
        let last = parts.last().context("no sign-on")?;
        Ok(last / first)
    }
}

/// The names of the rows.
fn name(what: &str) -> String {
    match what {
        "discovery" | "keys" => {
            let path = METADATA.iter().find(|(known, _)| *known == what);
            format!("{what} `{}`", path.map_or("", |(_, path)| path))
        }
        "authorize" => "authorize with a session: a code is given".to_owned(),
        "token RS256" => "token endpoint: a code for an ID token, RS256".to_owned(),
        "token ES256" => "token endpoint: a code for an ID token, ES256".to_owned(),
        "userinfo" => "userinfo".to_owned(),
        "flow RS256" => "code flow: authorize, token, userinfo, RS256".to_owned(),
        _ => "code flow: authorize, token, userinfo, ES256".to_owned(),
    }
}

/// Adds the rows.
pub(super) fn told(rounds: &[Costs], figures: &mut Figures) {
    let Some(first) = rounds.first() else {
        return;
    };
    for (index, (what, target, _)) in first.iter().enumerate() {
        let samples: Vec<f64> = rounds
            .iter()
            .filter_map(|costs| costs.get(index).map(|(_, _, cost)| *cost))
            .collect();
        figures.cpu(Row::Sso, &name(what), median(&samples), *target);
    }
}

/// Adds the row of growth.
pub(super) fn grown(factors: &[f64], figures: &mut Figures) {
    let what = format!(
        "{SIGN_ONS} sign-ons in one session: the last {PART} cost more than the first {PART} by"
    );
    let percent = (median(factors) - 1.0) * 100.0;
    figures.add(Row::Growth, &what, percent, "%", Some(targets::GROWTH));
}
