//! The mail address of a person who is in: given, proven by a code, changed, removed.

use super::letters;
use crate::journal::About;
use crate::login::Tried;
use crate::{Journeys, SignedIn, Trouble, Visit};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{MailAddress, PersonId};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::CounterKind;
use portique_domain::session::Digest;
use portique_store::records::Offered;

/// A code holds for fifteen minutes.
const CODE_LIFETIME: Duration = Duration::from_mins(15);
/// Tries at one code.
const TRIES: u32 = 5;

/// What her page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyMail {
    /// Whether this instance sends mail.
    pub sends: bool,
    /// The address in force, and since when.
    pub verified: Option<(MailAddress, Timestamp)>,
    /// The address that waits for its code.
    pub waiting: Option<MailAddress>,
}

/// How an address fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailGiven {
    /// A code is on its way there.
    Sent,
    /// It can be no address.
    Unreadable,
    /// The password is not hers.
    WrongPassword,
    /// M02: too many tries or mails.
    Wait(Duration),
}

/// How a code fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailShown {
    /// The address is in force.
    Verified,
    /// Not this code; so many tries are left.
    Wrong {
        /// Tries left, one at least.
        left: u32,
    },
    /// The code is too old, was replaced or was tried too often: another one is needed.
    Gone,
}

/// How a removal fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailRemoved {
    /// Nothing is kept any more.
    Done,
    /// The password is not hers.
    WrongPassword,
    /// M02: too many tries.
    Wait(Duration),
}

impl Journeys {
    /// What her page shows.
    pub async fn my_mail(&self, who: &SignedIn, visit: &Visit) -> Result<MyMail, Trouble> {
        let contact = self.stores.contacts.contact(who.person.id).await?;
        Ok(MyMail {
            sends: self.mails.exist(),
            verified: contact.verified.map(|it| (it.address, it.at)),
            waiting: contact
                .offered
                .filter(|it| visit.now < it.expires_at)
                .map(|it| it.address),
        })
    }

    /// Keeps an address that waits and sends its code there. Who gives an address can have a new
    /// password sent to it, so the password in force is asked again.
    pub async fn give_mail(
        &self,
        who: &SignedIn,
        address: &str,
        password: &str,
        visit: &Visit,
    ) -> Result<MailGiven, Trouble> {
        if !self.mails.exist() {
            return Err(Trouble::NotFound);
        }
        let Ok(address) = address.parse::<MailAddress>() else {
            return Ok(MailGiven::Unreadable);
        };
        let person = who.person.id;
        match self
            .same_password(who, password, EventCode::MailGiven, visit)
            .await?
        {
            Again::Holds => {}
            Again::Wrong => return Ok(MailGiven::WrongPassword),
            Again::Wait(wait) => return Ok(MailGiven::Wait(wait)),
        }
        let whom = person.0.as_bytes();
        if !self.may_mail("mails-code", whom, visit.now).await? {
            return Ok(MailGiven::Wait(super::MAILS_WINDOW));
        }
        let code = format!("{:06}", self.entropy.below(1_000_000));
        let offered = Offered {
            code: self.mail_code_mac(person, &address, &code),
            at: visit.now,
            expires_at: visit.now.plus(CODE_LIFETIME),
            address: address.clone(),
        };
        self.stores.contacts.offer_mail(person, &offered).await?;
        let taken = self.mails.send(letters::code(self, address, &code)).await;
        let about = about(who);
        self.fact(
            EventCode::MailGiven,
            about,
            visit,
            if taken {
                ResultCode::Done
            } else {
                ResultCode::Failed
            },
            None,
        );
        if taken {
            Ok(MailGiven::Sent)
        } else {
            Err(Trouble::Busy(Duration::from_mins(1)))
        }
    }

    /// The code that was sent. A try is counted before it is looked at, so that of many in parallel
    /// five are looked at (T-53).
    pub async fn show_mail_code(
        &self,
        who: &SignedIn,
        code: &str,
        visit: &Visit,
    ) -> Result<MailShown, Trouble> {
        let person = who.person.id;
        let contact = self.stores.contacts.contact(person).await?;
        let Some(offered) = contact.offered.filter(|it| visit.now < it.expires_at) else {
            return Ok(MailShown::Gone);
        };
        let key = Digest(self.keys.device.mac("mail-code-tries", &offered.code.0));
        let tally = self
            .stores
            .counters
            .add(CounterKind::MailCode, &key, CODE_LIFETIME, visit.now)
            .await?;
        let refuse = |reason| {
            let (code, result) = (EventCode::MailVerified, ResultCode::Refused);
            self.fact(code, about(who), visit, result, Some(reason));
        };
        if tally.count > TRIES {
            refuse(ReasonCode::TooManyTries);
            return Ok(MailShown::Gone);
        }
        let digits: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
        let mac = self.mail_code_mac(person, &offered.address, &digits);
        if mac != offered.code {
            refuse(ReasonCode::WrongCode);
            return Ok(match TRIES - tally.count {
                0 => MailShown::Gone,
                left => MailShown::Wrong { left },
            });
        }
        let intent = self
            .intend(EventCode::MailVerified, about(who), visit)
            .await?;
        let verified = self
            .stores
            .contacts
            .verify_mail(person, &mac, visit.now)
            .await?;
        let Some(verified) = verified else {
            self.conclude(intent, ResultCode::Refused, Some(ReasonCode::ExpiredCode));
            return Ok(MailShown::Gone);
        };
        self.conclude(intent, ResultCode::Done, None);
        if let Some(former) = verified.former {
            self.mails
                .send(letters::address_changed(self, former, &who.account.login))
                .await;
        }
        Ok(MailShown::Verified)
    }

    /// Forgets her address. The password is asked again: without an address there is no way back in by
    /// mail, and somebody at a screen left open shall not close it.
    pub async fn remove_mail(
        &self,
        who: &SignedIn,
        password: &str,
        visit: &Visit,
    ) -> Result<MailRemoved, Trouble> {
        match self
            .same_password(who, password, EventCode::MailRemoved, visit)
            .await?
        {
            Again::Holds => {}
            Again::Wrong => return Ok(MailRemoved::WrongPassword),
            Again::Wait(wait) => return Ok(MailRemoved::Wait(wait)),
        }
        let intent = self
            .intend(EventCode::MailRemoved, about(who), visit)
            .await?;
        let contact = self.stores.contacts.remove_mail(who.person.id).await?;
        self.conclude(intent, ResultCode::Done, None);
        if let Some(verified) = contact.verified {
            let mail = letters::address_removed(self, verified.address, &who.account.login);
            self.mails.send(mail).await;
        }
        Ok(MailRemoved::Done)
    }

    /// HMAC of a code, bound to its person and address.
    fn mail_code_mac(&self, person: PersonId, address: &MailAddress, code: &str) -> Digest {
        let mut bound = person.0.as_bytes().to_vec();
        bound.extend_from_slice(code.as_bytes());
        bound.push(0);
        bound.extend_from_slice(address.as_str().as_bytes());
        Digest(self.keys.activation.mac("mail-code", &bound))
    }

    /// The password of somebody who is in, asked again under the limiter that every credential path
    /// shares (T-53).
    async fn same_password(
        &self,
        who: &SignedIn,
        password: &str,
        code: EventCode,
        visit: &Visit,
    ) -> Result<Again, Trouble> {
        let person = who.person.id;
        let attempt = match self
            .begin_attempt(Tried::Person(person), Some(password), visit)
            .await?
        {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(Again::Wait(wait)),
        };
        if self.password_holds(Some(person), password).await? {
            self.attempt_passed(attempt, visit).await?;
            return Ok(Again::Holds);
        }
        self.attempt_failed(attempt, visit).await?;
        let why = Some(ReasonCode::WrongPassword);
        self.fact(code, about(who), visit, ResultCode::Refused, why);
        Ok(Again::Wrong)
    }
}

/// How a password asked again fared.
enum Again {
    Holds,
    Wrong,
    Wait(Duration),
}

fn about(who: &SignedIn) -> About {
    About {
        profile: Some(who.session.profile),
        session: Some(who.session.id),
        ..About::person(who.person.id)
    }
}
