//! J5: a link to the verified address opens the choice of a new password; a mail tells the logins.

use super::letters;
use crate::journal::About;
use crate::login::{FlowRef, Secret, digest_of};
use crate::{Journeys, Trouble, Visit};
use core::time::Duration;
use portique_domain::account::AccountState;
use portique_domain::identity::{Login, MailAddress, PersonId};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::{Evidence, Proof, Step};
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_store::Redeemed;
use std::sync::Arc;
use uuid::Uuid;

/// A link works for thirty minutes.
const LINK_LIFETIME: Duration = Duration::from_mins(30);
/// Under which name the links are kept.
const KIND: &str = "recovery";

/// How an ask was heard: never whether anything came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Somebody looks into it behind this answer.
    Heard,
    /// M02: too many asks.
    Wait(Duration),
    /// This instance sends no mail.
    NoMail,
}

/// What somebody asks to be sent.
enum Ask {
    Link(String),
    Logins(String),
}

impl Journeys {
    /// A link to choose a new password, to the verified address of a login.
    pub fn ask_recovery(self: &Arc<Self>, username: &str, visit: &Visit) -> Asked {
        self.ask(Ask::Link(cut(username)), visit)
    }

    /// The logins of a verified address, to that address.
    pub fn ask_logins(self: &Arc<Self>, address: &str, visit: &Visit) -> Asked {
        self.ask(Ask::Logins(cut(address)), visit)
    }

    /// The same work for everybody: an ask is counted and handed on. What is looked up, counted durably
    /// and sent comes after the answer.
    fn ask(self: &Arc<Self>, ask: Ask, visit: &Visit) -> Asked {
        if !self.mails.exist() {
            return Asked::NoMail;
        }
        let (Ask::Link(name) | Ask::Logins(name)) = &ask;
        if let Err(wait) = self.mails.asks.admit(&fold(name), visit.address, visit.now) {
            let why = Some(ReasonCode::TooManyTries);
            self.fact(
                EventCode::RecoveryAsked,
                About::default(),
                visit,
                ResultCode::Refused,
                why,
            );
            return Asked::Wait(wait);
        }
        if let Some(place) = self.mails.place() {
            let (journeys, visit) = (self.clone(), visit.clone());
            tokio::spawn(async move {
                let done = match &ask {
                    Ask::Link(username) => journeys.mail_link(username, &visit).await,
                    Ask::Logins(address) => journeys.mail_logins(address, &visit).await,
                };
                if let Err(trouble) = done {
                    tracing::error!(kind = ?trouble.kind(), "an ask for a mail failed");
                }
                drop(place);
            });
        }
        Asked::Heard
    }

    async fn mail_link(&self, username: &str, visit: &Visit) -> Result<(), Trouble> {
        let account = match username.parse::<Login>() {
            Ok(login) => self.stores.accounts.account_by_login(&login).await?,
            Err(_) => None,
        };
        let note = |target, result, reason| self.note_ask(target, visit, result, reason);
        let Some(account) = account else {
            note(None, ResultCode::Refused, None);
            return Ok(());
        };
        let target = Some(account.person);
        if account.state != AccountState::Active {
            note(target, ResultCode::Refused, Some(ReasonCode::AccountClosed));
            return Ok(());
        }
        let contact = self.stores.contacts.contact(account.person).await?;
        let Some(verified) = contact.verified else {
            note(target, ResultCode::Refused, None);
            return Ok(());
        };
        let whom = account.person.0.as_bytes();
        if !self.may_mail("mails-person", whom, visit.now).await? {
            note(target, ResultCode::Refused, Some(ReasonCode::TooManyTries));
            return Ok(());
        }
        let secret = Secret::fresh(self.entropy.bytes());
        let mac = self
            .recovery_mac(secret.as_str())
            .ok_or(Trouble::Internal("a secret has no digest"))?;
        let mut value = whom.to_vec();
        value.extend(self.bond(account.person, &verified.address).await?);
        let expires_at = visit.now.plus(LINK_LIFETIME);
        self.stores
            .one_time
            .put(KIND, &mac, value, expires_at)
            .await?;
        // The address of the settings, never that of the request (T-49).
        let link = format!("{}/forgot/new?secret={}", self.issuer, secret.as_str());
        let mail = letters::link(self, verified.address, &account.login, &link);
        let result = sent(self.mails.send(mail).await);
        note(target, result, None);
        Ok(())
    }

    async fn mail_logins(&self, text: &str, visit: &Visit) -> Result<(), Trouble> {
        let Ok(asked) = text.parse::<MailAddress>() else {
            self.note_ask(None, visit, ResultCode::Refused, None);
            return Ok(());
        };
        let (mut logins, mut people, mut address) = (Vec::new(), Vec::new(), None);
        for person in self.stores.contacts.people_of_mail(&asked).await? {
            let account = self.stores.accounts.account(person).await?;
            let Some(account) = account.filter(|it| it.state == AccountState::Active) else {
                continue;
            };
            logins.push(account.login);
            people.push(person);
            if address.is_none() {
                let verified = self.stores.contacts.contact(person).await?.verified;
                address = verified.map(|verified| verified.address);
            }
        }
        // As it was verified, not as it was typed just now.
        let Some(address) = address else {
            self.note_ask(None, visit, ResultCode::Refused, None);
            return Ok(());
        };
        let whom = address.folded();
        let within = self
            .may_mail("mails-address", whom.as_bytes(), visit.now)
            .await?;
        let (result, reason) = if within {
            let mail = letters::logins(self, address, &logins);
            (sent(self.mails.send(mail).await), None)
        } else {
            (ResultCode::Refused, Some(ReasonCode::TooManyTries))
        };
        for person in people {
            self.note_ask(Some(person), visit, result, reason);
        }
        Ok(())
    }

    fn note_ask(
        &self,
        target: Option<PersonId>,
        visit: &Visit,
        result: ResultCode,
        reason: Option<ReasonCode>,
    ) {
        let about = About {
            target,
            ..About::default()
        };
        self.fact(EventCode::RecoveryAsked, about, visit, result, reason);
    }

    fn recovery_mac(&self, secret: &str) -> Option<Digest> {
        digest_of(secret).map(|digest| Digest(self.keys.activation.mac(KIND, &digest.0)))
    }

    /// Ties a link to the password it replaces and to the address it went to: whatever changes one of
    /// them ends every link that is still about.
    async fn bond(&self, person: PersonId, address: &MailAddress) -> Result<[u8; 32], Trouble> {
        let credential = self.stores.accounts.credential(person).await?;
        let phc = credential.and_then(|it| it.phc).unwrap_or_default();
        let mut bound = person.0.as_bytes().to_vec();
        bound.extend_from_slice(phc.as_bytes());
        bound.push(0);
        bound.extend_from_slice(address.folded().as_bytes());
        Ok(self.keys.activation.mac("recovery-bond", &bound))
    }

    /// Whose link it is, while it works. Spends nothing.
    pub(crate) async fn link_of(
        &self,
        mac: &Digest,
        visit: &Visit,
    ) -> Result<Option<PersonId>, Trouble> {
        let found = self.stores.one_time.look(KIND, mac, visit.now).await?;
        let Redeemed::First(value) = found else {
            return Ok(None);
        };
        let person = value.first_chunk::<16>().copied().map(Uuid::from_bytes);
        let (Some(person), Some(bond)) = (person.map(PersonId), value.get(16..)) else {
            return Err(Trouble::Internal("a recovery link does not read back"));
        };
        let Some(verified) = self.stores.contacts.contact(person).await?.verified else {
            return Ok(None);
        };
        let holds = self.bond(person, &verified.address).await? == bond;
        Ok(holds.then_some(person))
    }

    /// Whether a link still works. Opening it spends nothing: mail scanners follow links.
    pub async fn see_recovery(&self, secret: &str, visit: &Visit) -> Result<bool, Trouble> {
        match self.recovery_mac(secret) {
            Some(mac) => Ok(self.link_of(&mac, visit).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Takes a link into a flow: what follows are second factor, charter and the new password, and the
    /// link is spent when that is saved. `NotFound` when it works no more.
    pub async fn take_recovery(
        &self,
        flow: &FlowRef,
        secret: &str,
        visit: &Visit,
    ) -> Result<Step, Trouble> {
        let mut flow = self.load_flow(flow, visit).await?;
        let mac = self.recovery_mac(secret).ok_or(Trouble::NotFound)?;
        let note = |about, result, reason| {
            self.fact(EventCode::LoginRecovery, about, visit, result, reason);
        };
        let Some(person) = self.link_of(&mac, visit).await? else {
            let why = Some(ReasonCode::SpentCode);
            note(About::default(), ResultCode::Refused, why);
            return Err(Trouble::NotFound);
        };
        flow.evidence = Evidence {
            person: Some(person),
            proof: Some(Proof::Recovery(mac)),
            ..Evidence::default()
        };
        let step = self.move_on(&flow, visit).await?;
        let about = About::person(person);
        if step == Step::Closed {
            let why = Some(ReasonCode::AccountClosed);
            note(about, ResultCode::Refused, why);
        } else {
            note(about, ResultCode::Done, None);
        }
        Ok(step)
    }

    /// Spends a link and saves the password chosen with it. Spent first: of many who race, one saves.
    pub(crate) async fn recover(
        &self,
        person: PersonId,
        mac: &Digest,
        phc: &str,
        visit: &Visit,
    ) -> Result<Redeemed<()>, Trouble> {
        // A password saved meanwhile by another link or a code has ended this one.
        if self.link_of(mac, visit).await? != Some(person) {
            return Ok(Redeemed::Unknown);
        }
        match self.stores.one_time.redeem(KIND, mac, visit.now).await? {
            Redeemed::First(_) => {}
            Redeemed::Replay => return Ok(Redeemed::Replay),
            Redeemed::Unknown => return Ok(Redeemed::Unknown),
        }
        self.stores
            .account_writer
            .save_password(person, phc, visit.now)
            .await?;
        Ok(Redeemed::First(()))
    }

    /// Tells the verified address, if there is one, that the password changed. The password is saved
    /// already: that no notice goes out is no reason to say otherwise.
    pub(crate) async fn tell_new_password(&self, person: PersonId, login: &Login) {
        let Ok(contact) = self.stores.contacts.contact(person).await else {
            tracing::error!("no notice of a new password could be sent");
            return;
        };
        if let Some(verified) = contact.verified {
            let mail = letters::new_password(self, verified.address, login);
            self.mails.send(mail).await;
        }
    }
}

/// What was typed, no longer than anything that could be meant.
fn cut(text: &str) -> String {
    text.chars().take(256).collect()
}

fn sent(taken: bool) -> ResultCode {
    if taken {
        ResultCode::Done
    } else {
        ResultCode::Failed
    }
}
