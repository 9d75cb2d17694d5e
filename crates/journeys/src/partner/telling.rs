//! Telling partners what became of people they know: one partner at a time, in order, until it has taken it.

use crate::admin::need;
use crate::journal::About;
use crate::ports::{Clock, Entropy, EventPush, Pushed};
use crate::{Journeys, Trouble};
use core::time::Duration;
use portique_access::pseudonym::Pseudonym;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, Opening, ResultCode};
use portique_domain::partner::{EventsBinding, IdTokenAlg, Partner, PartnerId};
use portique_domain::rights::{Action, AdminGrant};
use portique_oidc::security_event::SecurityEvent;
use portique_store::records::{Outgoing, Outlet, Settlement, StoredPartner};

/// Events read at once.
const BATCH: usize = 500;
/// A round ends after so long, so that its claim is not over before it.
const ROUND: Duration = Duration::from_mins(1);
/// Nobody else tells a partner meanwhile.
const CLAIM: Duration = Duration::from_mins(5);
/// What was given up is shown so long.
const SHOWN: Duration = Duration::from_hours(30 * 24);
/// The first wait after a failure, doubled with each one more up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Rows shown of one partner.
const SHOWN_ROWS: usize = 1000;

/// What one round at a partner came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundTold {
    /// Taken by the partner.
    pub told: usize,
    /// Refused for good.
    pub refused: usize,
    /// What stopped it, in a word.
    pub trouble: Option<String>,
}

/// How the events of one partner stand.
#[derive(Clone, Debug)]
pub struct PartnerEvents {
    /// Counts, and the next try; `None` when it never had any.
    pub outlet: Option<Outlet>,
    /// What waits or was given up, the oldest first, a thousand at most; each with its `jti`.
    pub rows: Vec<(String, Outgoing)>,
}

/// Who is told what: read once a round.
struct Receiver {
    stored: StoredPartner,
    events: EventsBinding,
}

impl Journeys {
    /// Takes the partners that are to be told something now.
    pub async fn partners_to_tell(&self, now: Timestamp) -> Result<Vec<PartnerId>, Trouble> {
        let outbox = &self.stores.partner_outbox;
        let (until, forgotten) = (now.plus(CLAIM), now.minus(SHOWN));
        Ok(outbox.claim_outlets(now, until, forgotten).await?)
    }

    /// Tells a partner that was taken, and gives it free. What is older than `give_up_after` and still waits
    /// is given up.
    pub async fn tell_partner(
        &self,
        partner: &PartnerId,
        push: &dyn EventPush,
        clock: &dyn Clock,
        give_up_after: Duration,
    ) -> Result<RoundTold, Trouble> {
        let outbox = &self.stores.partner_outbox;
        let Some(receiver) = self.receiver(partner).await? else {
            outbox.discard_outgoing(partner).await?;
            return Ok(RoundTold::default());
        };
        let rows = outbox.outgoing(partner, false, BATCH).await?;
        let mut settlement = Settlement::default();
        let mut round = RoundTold::default();
        let begun = clock.now();
        for row in &rows {
            if clock.now() > begun.plus(ROUND) {
                break;
            }
            match self.push(&receiver, row, push, clock.now()).await {
                Pushed::Taken => {
                    settlement.told.push(row.number);
                    round.told += usize::from(receiver.wants(row));
                }
                Pushed::Refused(why) => {
                    settlement.refused.push((row.number, why));
                    round.refused += 1;
                }
                Pushed::Trouble(why) => {
                    round.trouble = Some(why);
                    break;
                }
            }
        }
        let now = clock.now();
        if let Some(why) = &round.trouble {
            let known = outbox.outlets().await?;
            let tries = known.iter().find(|it| it.partner == *partner);
            let tries = tries.map_or(0, |it| it.tries).saturating_add(1);
            // A round that brought something begins to count anew.
            let tries = if round.told > 0 { 1 } else { tries };
            let next = now.plus(wait(tries, &*self.entropy));
            settlement.trouble = Some((tries, next, why.clone()));
        }
        let too_old = now.minus(give_up_after);
        outbox
            .settle_outlet(partner, &settlement, too_old, now)
            .await?;
        Ok(round)
    }

    /// The partner in force, if it asks for something.
    async fn receiver(&self, partner: &PartnerId) -> Result<Option<Receiver>, Trouble> {
        let stored = self.stores.partners.partner(partner).await?;
        Ok(stored.and_then(|stored| {
            let events = stored.partner.events.clone()?;
            Some(Receiver { stored, events })
        }))
    }

    async fn push(
        &self,
        receiver: &Receiver,
        row: &Outgoing,
        push: &dyn EventPush,
        now: Timestamp,
    ) -> Pushed {
        let partner = &receiver.stored.partner;
        if !receiver.wants(row) {
            // It asks for this no more: nothing leaves, and nothing is to wait.
            return Pushed::Taken;
        }
        let over = partner.legal.contract_until;
        if over.is_some_and(|last| last < now.day()) {
            return Pushed::Trouble("contract_ended".to_owned());
        }
        let Some(subject) = self.subject_of(partner, row) else {
            return Pushed::Refused("key_gone".to_owned());
        };
        let event = event(&self.issuer, partner, row, &subject, now);
        let Ok(token) = event.sign(self.keys.oidc.signer(IdTokenAlg::Es256)) else {
            return Pushed::Trouble("not_signed".to_owned());
        };
        let pushed = push.push(&receiver.events.address, token).await;
        if matches!(pushed, Pushed::Taken) {
            let about = About {
                target: Some(PersonId(row.root)),
                opening: Some(Opening {
                    partner: partner.id.clone(),
                    resource: None,
                    version: receiver.stored.version,
                    attributes: Vec::new(),
                }),
                actor: Some(portique_domain::rights::Actor::Gateway),
                ..About::default()
            };
            self.fact_here(EventCode::PartnerTold, about, ResultCode::Done, now);
        }
        pushed
    }

    /// Her pseudonym, from the copies that the row keeps.
    fn subject_of(&self, partner: &Partner, row: &Outgoing) -> Option<String> {
        let key = self.keys.pairwise(&row.key)?;
        let drawn = Pseudonym::draw(key, partner.sector(), row.root);
        Some(drawn.encoded(partner.release.subject))
    }

    /// What waits for a partner, and what was given up. Of a person it says the name of the event alone.
    pub async fn partner_events(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
    ) -> Result<PartnerEvents, Trouble> {
        need(grant, Action::ReadPartners)?;
        let stored = self.stores.partners.partner(id).await?;
        let partner = stored.ok_or(Trouble::NotFound)?.partner;
        let outbox = &self.stores.partner_outbox;
        let mut outlets = outbox.outlets().await?.into_iter();
        let outlet = outlets.find(|it| it.partner == *id);
        let rows = outbox.outgoing(id, true, SHOWN_ROWS).await?;
        let named = rows.into_iter().map(|row| {
            let subject = self.subject_of(&partner, &row).unwrap_or_default();
            let event = event(&self.issuer, &partner, &row, &subject, row.at);
            (event.jti(), row)
        });
        Ok(PartnerEvents {
            outlet,
            rows: named.collect(),
        })
    }

    /// What was given up waits again, and is tried at once; gives how many were given up.
    pub async fn retry_partner_events(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<u64, Trouble> {
        need(grant, Action::ManagePartners)?;
        let stored = self.stores.partners.partner(id).await?;
        stored.ok_or(Trouble::NotFound)?;
        Ok(self.stores.partner_outbox.retry_outlet(id, now).await?)
    }
}

impl Receiver {
    fn wants(&self, row: &Outgoing) -> bool {
        self.events.which.contains(&row.event)
    }
}

fn event<'a>(
    issuer: &'a str,
    partner: &'a Partner,
    row: &Outgoing,
    subject: &'a str,
    now: Timestamp,
) -> SecurityEvent<'a> {
    let client = partner.oidc.as_ref().map(|oidc| oidc.client_id.as_str());
    SecurityEvent {
        issuer,
        audience: client.unwrap_or(partner.id.as_str()),
        subject,
        event: row.event,
        cause: row.cause,
        at: row.at,
        now,
    }
}

/// The wait after so many failures: doubled each time, and spread by a quarter either way, so that partners
/// that fell together do not come back together.
fn wait(tries: u32, entropy: &dyn Entropy) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let wait = doubled.min(LONGEST_WAIT);
    (wait * (75 + entropy.below(51))) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_an_hour_and_are_spread() {
        for (tries, least, most) in [
            (1, 7_500, 12_500),
            (2, 15_000, 25_000),
            (5, 120_000, 200_000),
            (99, 2_700_000, 4_500_000),
        ] {
            for seed in 0..u8::MAX {
                let wait = wait(tries, &Fixed(seed)).as_millis();
                assert!((least..=most).contains(&wait), "{tries}: {wait}");
            }
        }
    }
}
