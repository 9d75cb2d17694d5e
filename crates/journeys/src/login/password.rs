//! Local login, and the choice of a password.

use super::FlowRef;
use super::activation::own_words;
use super::hashing::LONGEST_PASSWORD;
use super::hub::policy_of;
use super::limiter::Named;
use super::rules::{Complaint, Measure, measure};
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use core::time::Duration;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::{Proof, Step};
use portique_store::Redeemed;
use portique_store::records::Activation;

/// How a login fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginOutcome {
    /// The password holds; this comes next.
    Next(Step),
    /// M01, the same whether the account exists or not.
    Wrong,
    /// M02: too many tries; nothing was looked at.
    Wait(Duration),
    /// The password holds and the account is closed.
    Closed(AccountState),
}

/// How the choice of a password fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Saved; this comes next.
    Next(Step),
    /// Refused, and why.
    Refused(Complaint),
    /// The code was spent meanwhile by somebody else.
    CodeSpent,
}

impl Journeys {
    /// Login and password. One answer for a wrong login, a wrong password and an account that has none
    /// (T-56): a hash is computed in each case.
    pub async fn login_password(
        &self,
        flow: &FlowRef,
        username: &str,
        password: &str,
        visit: &Visit,
    ) -> Result<LoginOutcome, Trouble> {
        let mut flow = self.load_flow(flow, visit).await?;
        let Named {
            account,
            about,
            attempt,
        } = self.attempt_at(username, Some(password), visit).await?;
        let attempt = match attempt {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(LoginOutcome::Wait(wait)),
        };
        let holder = account.as_ref().map(|account| account.person);
        let holds = self.password_holds(holder, password).await?;
        let Some(person) = holder.filter(|_| holds) else {
            self.attempt_failed(attempt, visit).await?;
            self.fact(
                EventCode::LoginPassword,
                about,
                visit,
                ResultCode::Refused,
                Some(ReasonCode::WrongPassword),
            );
            return Ok(LoginOutcome::Wrong);
        };
        self.attempt_passed(attempt, visit).await?;
        if let Err(trouble) = self.strengthen(person, password, visit).await {
            tracing::warn!(kind = ?trouble.kind(), "a password could not be rehashed");
        }
        // Evidence of another person or proof must not mix with this one.
        flow.evidence = portique_domain::login::Evidence {
            person: Some(person),
            proof: Some(Proof::Password),
            ..Default::default()
        };
        let step = self.move_on(&flow, visit).await?;
        if step == Step::Closed {
            self.fact(
                EventCode::LoginPassword,
                about,
                visit,
                ResultCode::Refused,
                Some(ReasonCode::AccountClosed),
            );
            let state = account.map_or(AccountState::Suspended, |account| account.state);
            return Ok(LoginOutcome::Closed(state));
        }
        self.fact(
            EventCode::LoginPassword,
            about,
            visit,
            ResultCode::Done,
            None,
        );
        Ok(LoginOutcome::Next(step))
    }

    pub(crate) async fn password_holds(
        &self,
        person: Option<PersonId>,
        password: &str,
    ) -> Result<bool, Trouble> {
        let stored = match person {
            Some(person) => self
                .stores
                .accounts
                .credential(person)
                .await?
                .and_then(|credential| credential.phc),
            None => None,
        };
        // An over-long text is hashed cut, so that it costs as much, and never holds (T-58).
        let cut = password.get(..LONGEST_PASSWORD).unwrap_or(password);
        let holds = self
            .hasher
            .verify(&self.keys.peppers, stored.as_deref(), cut)
            .await?;
        Ok(holds && password.len() <= LONGEST_PASSWORD)
    }

    /// Whether the password of this flow replaces one that was forgotten.
    pub async fn is_recovery(&self, flow: &FlowRef, visit: &Visit) -> Result<bool, Trouble> {
        let flow = self.load_flow(flow, visit).await?;
        Ok(matches!(flow.evidence.proof, Some(Proof::Recovery(_))))
    }

    /// A fresh phrase to propose, one that the meter accepts.
    pub async fn propose_phrase(&self, flow: &FlowRef, visit: &Visit) -> Result<String, Trouble> {
        let (_, whole) = self.flow_at(flow, Step::Password, visit).await?;
        let policy = policy_of(whole.known);
        let own = own_words(self, &whole, visit).await?;
        for _ in 0..64 {
            let phrase = self.words.phrase(policy, &*self.entropy);
            if measure(&phrase, policy, &own, &self.words)
                .complaint
                .is_none()
            {
                return Ok(phrase);
            }
        }
        Err(Trouble::Internal("no phrase passes the meter"))
    }

    /// The meter.
    pub async fn measure_password(
        &self,
        flow: &FlowRef,
        text: &str,
        visit: &Visit,
    ) -> Result<Measure, Trouble> {
        let (_, whole) = self.flow_at(flow, Step::Password, visit).await?;
        let own = own_words(self, &whole, visit).await?;
        Ok(measure(text, policy_of(whole.known), &own, &self.words))
    }

    /// Whether the code, the invitation or the link of a flow is still unspent; spends nothing.
    async fn still_lets_in(
        &self,
        proof: Option<&Proof>,
        person: PersonId,
        visit: &Visit,
    ) -> Result<bool, Trouble> {
        Ok(match proof {
            Some(Proof::ActivationCode(code)) => {
                let accounts = &self.stores.accounts;
                let held = accounts.activation_code(person, code, visit.now).await?;
                matches!(held, Redeemed::First(_))
            }
            Some(Proof::Invitation(secret)) => {
                let invitations = &self.stores.invitations;
                let held = invitations.invitation(secret, visit.now).await?;
                matches!(held, Redeemed::First(_))
            }
            Some(Proof::Recovery(link)) => self.link_of(link, visit).await? == Some(person),
            Some(Proof::Password) | None => false,
        })
    }

    /// Saves the password chosen. At a first access this spends the code or the invitation and opens the
    /// account, in one step of the store; after a recovery mail it spends the link.
    pub async fn choose_password(
        &self,
        flow: &FlowRef,
        text: &str,
        visit: &Visit,
    ) -> Result<Chosen, Trouble> {
        let (mut flow, whole) = self.flow_at(flow, Step::Password, visit).await?;
        let own = own_words(self, &whole, visit).await?;
        if let Some(complaint) = measure(text, policy_of(whole.known), &own, &self.words).complaint
        {
            return Ok(Chosen::Refused(complaint));
        }
        let person = whole.person.id;
        let pepper = self
            .keys
            .peppers
            .first()
            .ok_or(Trouble::Internal("there is no pepper"))?;
        let phc = self.hasher.hash(pepper, text, self.entropy.bytes()).await?;
        let code = match &flow.evidence.proof {
            Some(Proof::Recovery(_)) => EventCode::PasswordSaved,
            Some(Proof::ActivationCode(_) | Proof::Invitation(_) | Proof::Password) | None => {
                EventCode::Activation
            }
        };
        let intent = self.intend(code, About::person(person), visit).await?;
        // What lets in no more shuts nobody out: the one who was faster may be in already.
        if !self
            .still_lets_in(flow.evidence.proof.as_ref(), person, visit)
            .await?
        {
            self.conclude(intent, ResultCode::Refused, Some(ReasonCode::SpentCode));
            return Ok(Chosen::CodeSpent);
        }
        // Before and after: whatever kills the process in between leaves no session open that the old
        // password opened.
        self.stores.session_writer.close_all_of(person).await?;
        let redeemed = match &flow.evidence.proof {
            Some(Proof::ActivationCode(code)) => {
                let activation = Activation {
                    person,
                    code: *code,
                    phc,
                    at: visit.now,
                };
                self.stores.account_writer.activate(activation).await?
            }
            Some(Proof::Invitation(secret)) => {
                match self
                    .stores
                    .invitations
                    .redeem(secret, &phc, visit.now)
                    .await?
                {
                    Redeemed::First(_) => Redeemed::First(()),
                    Redeemed::Replay => Redeemed::Replay,
                    Redeemed::Unknown => Redeemed::Unknown,
                }
            }
            Some(Proof::Recovery(link)) => self.recover(person, link, &phc, visit).await?,
            Some(Proof::Password) | None => return Err(Trouble::WrongStep),
        };
        match redeemed {
            Redeemed::First(()) => {
                // A new password ends what the old one opened.
                self.shut_out(person, Some(flow.id)).await?;
                self.conclude(intent, ResultCode::Done, None);
                self.tell_new_password(person, &whole.account.login).await;
            }
            Redeemed::Replay | Redeemed::Unknown => {
                self.conclude(intent, ResultCode::Refused, Some(ReasonCode::SpentCode));
                return Ok(Chosen::CodeSpent);
            }
        }
        flow.evidence.password_saved = true;
        Ok(Chosen::Next(self.move_on(&flow, visit).await?))
    }

    /// Rehashes a password that was checked, when its hash is weaker than today's. Best effort: the login
    /// does not wait on it going well.
    pub(crate) async fn strengthen(
        &self,
        person: PersonId,
        password: &str,
        visit: &Visit,
    ) -> Result<(), Trouble> {
        let stored = self
            .stores
            .accounts
            .credential(person)
            .await?
            .and_then(|credential| credential.phc);
        let (Some(stored), Some(pepper)) = (stored, self.keys.peppers.first()) else {
            return Ok(());
        };
        if self.hasher.wants_rehash(&self.keys.peppers, &stored) {
            let phc = self
                .hasher
                .hash(pepper, password, self.entropy.bytes())
                .await?;
            self.stores
                .account_writer
                .save_password(person, &phc, visit.now)
                .await?;
        }
        Ok(())
    }
}
