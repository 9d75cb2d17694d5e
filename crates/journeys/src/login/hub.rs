//! Flows: parked, found, moved on. The order of the steps is not decided here.

use crate::{Journeys, Trouble, Visit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::account::{Account, PasswordPolicy};
use portique_domain::identity::{Person, PersonId, Profile};
use portique_domain::login::{Destination, Evidence, FLOW_LIFETIME, Flow, FlowId, Known, Step};
use portique_domain::session::Digest;

/// A secret that a browser holds: 256 random bits, base64url without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// From fresh bytes.
    pub(crate) fn fresh(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text, for the cookie that carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of a secret as a browser sends it; `None` unless it has the full length (T-46).
pub(crate) fn digest_of(secret: &str) -> Option<Digest> {
    let whole = secret.len() == 43
        && URL_SAFE_NO_PAD
            .decode(secret)
            .is_ok_and(|bytes| bytes.len() == 32);
    whole.then(|| Digest(portique_jose::digest::sha256(secret.as_bytes())))
}

/// A flow as a browser names it: the id of the form and the secret of the flow cookie.
#[derive(Clone, Debug)]
pub struct FlowRef {
    /// Id.
    pub id: FlowId,
    /// Secret in the cookie of that flow, if the browser sent one.
    pub secret: Option<String>,
}

/// What the stores know of the person of a flow.
pub(crate) struct Whole {
    pub(crate) person: Person,
    pub(crate) account: Account,
    pub(crate) known: Known,
}

impl Journeys {
    /// Parks a new flow. The secret goes into the flow's cookie; the browser's other flows are its own
    /// business (the adapter keeps ten at most).
    pub async fn begin_flow(
        &self,
        destination: Destination,
        visit: &Visit,
    ) -> Result<(FlowId, Secret), Trouble> {
        if !self.limiter.admits_flow(visit.address, visit.now) {
            metrics::counter!("portique_flows_refused_total").increment(1);
            return Err(Trouble::Busy(core::time::Duration::from_mins(1)));
        }
        let id = FlowId(self.entropy.bytes());
        let secret = Secret::fresh(self.entropy.bytes());
        let binding =
            digest_of(secret.as_str()).ok_or(Trouble::Internal("a secret has no digest"))?;
        let flow = Flow {
            id,
            binding,
            destination,
            evidence: Evidence::default(),
            expires_at: visit.now.plus(FLOW_LIFETIME),
        };
        self.stores.flows.park(&flow).await?;
        Ok((id, secret))
    }

    /// The flow, if it still waits and this browser began it.
    pub(crate) async fn load_flow(&self, flow: &FlowRef, visit: &Visit) -> Result<Flow, Trouble> {
        let offered = flow
            .secret
            .as_deref()
            .and_then(digest_of)
            .ok_or(Trouble::FlowLost)?;
        let found = self
            .stores
            .flows
            .find(flow.id, visit.now)
            .await?
            .ok_or(Trouble::FlowLost)?;
        if found.binding == offered {
            Ok(found)
        } else {
            Err(Trouble::FlowLost)
        }
    }

    /// What comes next in a flow.
    pub async fn flow_step(&self, flow: &FlowRef, visit: &Visit) -> Result<Step, Trouble> {
        let flow = self.load_flow(flow, visit).await?;
        self.step_of(&flow, visit).await
    }

    /// Where a flow goes when it is done.
    pub async fn flow_destination(
        &self,
        flow: &FlowRef,
        visit: &Visit,
    ) -> Result<Destination, Trouble> {
        Ok(self.load_flow(flow, visit).await?.destination)
    }

    pub(crate) async fn step_of(&self, flow: &Flow, visit: &Visit) -> Result<Step, Trouble> {
        let known = match flow.evidence.person {
            Some(person) => Some(self.whole(person, visit).await?.known),
            None => None,
        };
        Ok(flow.evidence.next_step(known))
    }

    /// Loads the flow and checks that `step` is the one that comes next (T-45).
    pub(crate) async fn flow_at(
        &self,
        flow: &FlowRef,
        step: Step,
        visit: &Visit,
    ) -> Result<(Flow, Whole), Trouble> {
        let flow = self.load_flow(flow, visit).await?;
        let person = flow.evidence.person.ok_or(Trouble::WrongStep)?;
        let whole = self.whole(person, visit).await?;
        if flow.evidence.next_step(Some(whole.known)) == step {
            Ok((flow, whole))
        } else {
            Err(Trouble::WrongStep)
        }
    }

    /// Saves new evidence and says what comes next.
    pub(crate) async fn move_on(&self, flow: &Flow, visit: &Visit) -> Result<Step, Trouble> {
        if !self.stores.flows.save(flow).await? {
            return Err(Trouble::FlowLost);
        }
        self.step_of(flow, visit).await
    }

    /// Everything that decides about a person.
    pub(crate) async fn whole(&self, id: PersonId, visit: &Visit) -> Result<Whole, Trouble> {
        let person = self
            .stores
            .people
            .person(id)
            .await?
            .ok_or(Trouble::FlowLost)?;
        let account = self
            .stores
            .accounts
            .account(id)
            .await?
            .ok_or(Trouble::FlowLost)?;
        let known = Known {
            state: account.state,
            charter_accepted: self.charter_accepted(&person, visit.now).await?,
            powers: self.has_powers(id, visit.now).await?,
            second_factor_enrolled: account.has_second_factor,
        };
        Ok(Whole {
            person,
            account,
            known,
        })
    }

    pub(crate) async fn has_powers(
        &self,
        person: PersonId,
        now: portique_domain::Timestamp,
    ) -> Result<bool, Trouble> {
        Ok(self
            .stores
            .grants
            .grants_of(person)
            .await?
            .iter()
            .any(|grant| grant.is_live_at(now)))
    }

    /// Whether she accepted the version in force. No charter for her profile is a refusal, never a pass.
    pub(crate) async fn charter_accepted(
        &self,
        person: &Person,
        now: portique_domain::Timestamp,
    ) -> Result<bool, Trouble> {
        let profile = profile_of(person);
        match self.stores.charters.in_force(profile, now).await? {
            Some(charter) => Ok(self
                .stores
                .charters
                .has_accepted(person.id, charter.id)
                .await?),
            None => Ok(false),
        }
    }
}

/// The profile that decides: an administrator without a place is academic staff.
pub(crate) fn profile_of(person: &Person) -> Profile {
    person.leading_profile().unwrap_or(Profile::Academic)
}

/// The policy that a person's password has to meet.
pub(crate) fn policy_of(known: Known) -> PasswordPolicy {
    if known.powers {
        PasswordPolicy::Powers
    } else {
        PasswordPolicy::Users
    }
}
