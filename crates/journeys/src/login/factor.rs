//! Second factor: TOTP (RFC 6238), SHA-1, six digits, thirty seconds, one step of tolerance.

use super::FlowRef;
use super::limiter::Tried;
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::Step;
use qrcode::QrCode;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

/// What the enrolment page shows.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret in base32, in groups of four, to type by hand.
    pub secret: String,
    /// `otpauth://` address.
    pub uri: String,
    /// The same as the path of an SVG drawing: side in modules, and the path data.
    pub qr: (usize, String),
}

/// How a code fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorOutcome {
    /// It holds; this comes next.
    Next(Step),
    /// It does not, or was used before.
    Wrong,
    /// Too many tries.
    Wait(Duration),
}

impl Journeys {
    /// The second factor of somebody who has one.
    pub async fn second_factor(
        &self,
        flow: &FlowRef,
        code: &str,
        visit: &Visit,
    ) -> Result<FactorOutcome, Trouble> {
        let (mut flow, whole) = self.flow_at(flow, Step::SecondFactor, visit).await?;
        let person = whole.person.id;
        let attempt = match self
            .begin_attempt(Tried::Factor(person), None, visit)
            .await?
        {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(FactorOutcome::Wait(wait)),
        };
        let sealed = self
            .stores
            .factors
            .sealed_secret(person)
            .await?
            .ok_or(Trouble::WrongStep)?;
        let totp = self.totp(
            &self.open_secret(person, &sealed)?,
            whole.account.login.as_str(),
        )?;
        let step = totp.check(&digits(code), seconds(visit));
        let accepted = match step {
            Some(step) => self.stores.factors.accept_step(person, step).await?,
            None => false,
        };
        let about = About::person(person);
        if !accepted {
            self.attempt_failed(attempt, visit).await?;
            self.fact(
                EventCode::SecondFactor,
                about,
                visit,
                ResultCode::Refused,
                Some(ReasonCode::WrongFactor),
            );
            return Ok(FactorOutcome::Wrong);
        }
        self.attempt_passed(attempt, visit).await?;
        self.fact(
            EventCode::SecondFactor,
            about,
            visit,
            ResultCode::Done,
            None,
        );
        flow.evidence.second_factor = true;
        Ok(FactorOutcome::Next(self.move_on(&flow, visit).await?))
    }

    /// Shows a secret to enrol; the same one until it is proven.
    pub async fn begin_enrol(&self, flow: &FlowRef, visit: &Visit) -> Result<Enrolment, Trouble> {
        let (mut flow, whole) = self.flow_at(flow, Step::Enrol, visit).await?;
        let person = whole.person.id;
        let secret = if let Some(sealed) = &flow.evidence.enrolling {
            self.open_secret(person, sealed)?
        } else {
            let secret = Zeroizing::new(self.entropy.bytes::<20>().to_vec());
            let sealed = self
                .keys
                .vault
                .seal(&purpose(person), &secret, self.entropy.bytes())
                .map_err(|_| Trouble::Internal("a secret cannot be sealed"))?;
            flow.evidence.enrolling = Some(sealed);
            self.move_on(&flow, visit).await?;
            secret
        };
        let totp = self.totp(&secret, whole.account.login.as_str())?;
        let uri = totp
            .to_url()
            .map_err(|_| Trouble::Internal("no otpauth address"))?;
        Ok(Enrolment {
            secret: grouped(&totp_rs::Secret::from(secret.to_vec()).to_base32()),
            qr: qr(&uri)?,
            uri,
        })
    }

    /// Enrols the secret once a first code proves it.
    pub async fn finish_enrol(
        &self,
        flow: &FlowRef,
        code: &str,
        visit: &Visit,
    ) -> Result<FactorOutcome, Trouble> {
        let (mut flow, whole) = self.flow_at(flow, Step::Enrol, visit).await?;
        let person = whole.person.id;
        let sealed = flow.evidence.enrolling.clone().ok_or(Trouble::WrongStep)?;
        let attempt = match self
            .begin_attempt(Tried::Factor(person), None, visit)
            .await?
        {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(FactorOutcome::Wait(wait)),
        };
        let totp = self.totp(
            &self.open_secret(person, &sealed)?,
            whole.account.login.as_str(),
        )?;
        let Some(step) = totp.check(&digits(code), seconds(visit)) else {
            self.attempt_failed(attempt, visit).await?;
            return Ok(FactorOutcome::Wrong);
        };
        let intent = self
            .intend(
                EventCode::SecondFactorEnrolled,
                About::person(person),
                visit,
            )
            .await?;
        if !self
            .stores
            .factors
            .enrol(person, &sealed, step, visit.now)
            .await?
        {
            self.conclude(intent, ResultCode::Refused, None);
            return Err(Trouble::WrongStep);
        }
        self.conclude(intent, ResultCode::Done, None);
        self.attempt_passed(attempt, visit).await?;
        flow.evidence.enrolling = None;
        flow.evidence.second_factor = true;
        Ok(FactorOutcome::Next(self.move_on(&flow, visit).await?))
    }

    fn open_secret(&self, person: PersonId, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let opened = self.keys.vault.open(&purpose(person), sealed);
        opened
            .map(Zeroizing::new)
            .map_err(|_| Trouble::Internal("a second factor does not open"))
    }

    fn totp(&self, secret: &[u8], login: &str) -> Result<Totp, Trouble> {
        // A colon would end the issuer in the otpauth address.
        let issuer = self.instance.replace(':', " ");
        Builder::new()
            .with_secret(secret.to_vec())
            .with_account_name(login.to_owned())
            .with_issuer(Some(issuer))
            .build()
            .map_err(|_| Trouble::Internal("second-factor parameters"))
    }
}

fn purpose(person: PersonId) -> String {
    format!("totp:{}", person.0)
}

fn seconds(visit: &Visit) -> u64 {
    u64::try_from(visit.now.millis() / 1000).unwrap_or(0)
}

/// People type spaces between the groups.
fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).take(12).collect()
}

fn grouped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars
        .chunks(4)
        .map(|four| four.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Draws a QR code as one path, a square a dark module, without its quiet zone.
pub(crate) fn qr(text: &str) -> Result<(usize, String), Trouble> {
    use core::fmt::Write as _;
    let code = QrCode::new(text.as_bytes())
        .map_err(|_| Trouble::Internal("text too long for a QR code"))?;
    let side = code.width();
    let mut path = String::new();
    for (index, color) in code.into_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            // Writing to a String cannot fail.
            write!(path, "M{} {}h1v1h-1z", index % side, index / side).unwrap_or_default();
        }
    }
    Ok((side, path))
}
