//! The hub's word, turned into an address: the one place that does so.

use crate::ask::Ask;
use crate::settings::Web;
use crate::stop::{Answer, Halt, Stop};
use crate::trail::{Trail, see_other, with_cookies};
use portique_domain::login::{Destination, Step};
use portique_journeys::Trouble;
use portique_ui::{ErrorKind, Role};

/// Whether the flow that ends opened an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A login like any other.
    Login,
    /// The first access: a page shows the login before going on.
    FirstAccess,
    /// A password that was forgotten is replaced: a page says what else that did.
    Recovery,
}

/// The page of a step; `None` for those that have none.
const fn page_of(step: Step) -> Option<&'static str> {
    match step {
        Step::Identify => Some("/login"),
        Step::Confirm => Some("/activate/confirm"),
        Step::SecondFactor => Some("/second-factor"),
        Step::Charter => Some("/charter"),
        Step::Password => Some("/activate/password"),
        Step::Enrol => Some("/second-factor/enrol"),
        Step::Closed | Step::Done => None,
    }
}

impl Web {
    /// Goes to the step that the hub decided; opens the session when nothing is missing.
    pub(crate) async fn to_step(&self, ask: &Ask, trail: &Trail, step: Step, end: End) -> Answer {
        match (page_of(step), step) {
            (Some(page), Step::Identify) => Ok(see_other(&trail.restart(page))),
            (Some(page), _) => Ok(see_other(&trail.link(page))),
            (None, Step::Done) => self.finish(ask, trail, end).await,
            (None, _) => Err(Stop::new(ErrorKind::AccountClosed).into()),
        }
    }

    /// What a trouble inside a flow means: a step out of turn leads to the one whose turn it is.
    pub(crate) async fn astray(
        &self,
        ask: &Ask,
        trail: &Trail,
        trouble: Trouble,
        start: &str,
    ) -> Halt {
        if matches!(trouble, Trouble::WrongStep) && !ask.facts.only_looks() {
            return match self.journeys.flow_step(&trail.flow(), &ask.visit).await {
                Ok(step) => match self.to_step(ask, trail, step, End::Login).await {
                    Ok(response) => response.into(),
                    Err(halt) => halt,
                },
                Err(trouble) => lost(trail, trouble, start),
            };
        }
        lost(trail, trouble, start)
    }

    /// Opens the session: new cookies, the flow's cookie goes (T-44).
    async fn finish(&self, ask: &Ask, trail: &Trail, end: End) -> Answer {
        let names = self.settings.edge.cookies;
        let old = ask.facts.jar.sessions(names);
        let finished = self
            .journeys
            .finish(&trail.flow(), &old, &ask.visit)
            .await
            .map_err(|trouble| lost(trail, trouble, "/login"))?;
        let token = self.journeys.ent_token(&finished.session, ask.visit.now)?;
        let target = match &finished.destination {
            Destination::Portal => "/",
            Destination::Page(path) => path.as_str(),
        };
        let target = match end {
            End::Login => target.to_owned(),
            End::FirstAccess => trail.restart("/activate/done"),
            End::Recovery => trail.restart("/forgot/done"),
        };
        let session = names
            .set(Role::Session, finished.secret.as_str())
            .ok_or_else(|| Stop::new(ErrorKind::Internal))?;
        let cookies = [
            Some(session),
            names.set(Role::EntToken, &token),
            names.set(Role::Device, &finished.device_cookie),
            names.clear_flow(trail.id),
        ];
        Ok(with_cookies(see_other(&target), cookies))
    }
}

/// A lost flow starts again at the same destination.
fn lost(trail: &Trail, trouble: Trouble, start: &str) -> Halt {
    let stop = Stop::from(trouble);
    if stop.kind == ErrorKind::FlowLost {
        stop.leading_to(&trail.restart(start)).into()
    } else {
        stop.into()
    }
}
