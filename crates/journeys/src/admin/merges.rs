//! People who are one under several keys: suspected, merged, separated.

use super::need;
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::records::{MergeError, MergeWord, Named, Suspect, SuspectQuery, SuspectSide};
use std::collections::HashSet;

/// Why two people were not merged, or not separated.
#[derive(Debug, thiserror::Error)]
pub enum MergeTrouble {
    /// The store refused or failed; nothing changed.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// No reason was given.
    #[error("a reason is needed")]
    NoReason,
    /// The journey failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// What a merge did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Who goes on.
    pub keep: PersonId,
    /// Who stands behind her from now on.
    pub other: PersonId,
    /// Her sessions that ended.
    pub sessions_ended: usize,
}

/// What a separation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmerged {
    /// Whom she stood behind.
    pub keep: PersonId,
    /// Who is a person of her own again.
    pub other: PersonId,
}

impl Journeys {
    /// Pairs of people who may be one, of whom both lie within the reach of the grant.
    pub async fn suspects(
        &self,
        grant: &AdminGrant,
        query: &SuspectQuery,
        visit: &Visit,
    ) -> Result<Vec<Suspect>, Trouble> {
        need(grant, Action::ReadPeople)?;
        let about = About::by(grant, None);
        let intent = self.intend(EventCode::PeopleListed, about, visit).await?;
        let mut pairs = self.stores.identities.suspects(query).await?;
        if !grant.reach().contains(&Perimeter::Instance) {
            let sites = self.stores.establishments.establishments(grant.reach());
            let sites = sites.await?.into_iter().map(|site| site.id);
            let sites: HashSet<_> = sites.collect();
            let inside = |side: &SuspectSide| {
                let mut places = side.places.iter();
                places.any(|(site, _)| sites.contains(site))
            };
            pairs.retain(|pair| inside(&pair.one) && inside(&pair.other));
        }
        self.conclude(intent, ResultCode::Done, None);
        Ok(pairs)
    }

    /// Lets one person stand behind another, for a reason; her sessions end. Both have to lie within the
    /// reach of the grant, and neither may hold more powers than whoever merges them.
    pub async fn merge_people(
        &self,
        grant: &AdminGrant,
        (keep, other): (&Named, &Named),
        reason: &str,
        visit: &Visit,
    ) -> Result<Merged, MergeTrouble> {
        need(grant, Action::RunFeeds)?;
        let word = word(grant, reason, visit)?;
        let keep = self.meant(keep).await?;
        let other = self.meant(other).await?;
        for person in [keep, other] {
            if let Some(whom) = self.merged_into(person).await? {
                return Err(MergeError::Merged(whom).into());
            }
            self.within_reach(grant, person, visit).await?;
            self.no_more_powers_than_his(grant, person, visit.now)
                .await?;
        }
        let about = About::by(grant, Some(other));
        let intent = self.intend(EventCode::PersonMerged, about, visit).await?;
        let merged = self.stores.identities.merge(keep, other, &word).await;
        let (result, why) = outcome(merged.as_ref().err());
        self.conclude(intent, result, why);
        merged?;
        let kept = About::by(grant, Some(keep));
        self.fact(EventCode::PersonMerged, kept, visit, ResultCode::Done, None);
        let sessions_ended = self.shut_out(other, None).await?.len();
        Ok(Merged {
            keep,
            other,
            sessions_ended,
        })
    }

    /// Separates somebody from whom she stands behind, for a reason. When the one who goes on is named and one
    /// record alone stands behind her, that one is meant.
    pub async fn unmerge_person(
        &self,
        grant: &AdminGrant,
        other: &Named,
        reason: &str,
        visit: &Visit,
    ) -> Result<Unmerged, MergeTrouble> {
        need(grant, Action::RunFeeds)?;
        let word = word(grant, reason, visit)?;
        let mut other = self.meant(other).await?;
        let keep = if let Some(keep) = self.merged_into(other).await? {
            keep
        } else {
            let behind = self.stores.identities.merged_behind(other).await;
            let behind = behind.map_err(Trouble::from)?;
            let [one] = behind.as_slice() else {
                return Err(MergeError::NotMerged.into());
            };
            core::mem::replace(&mut other, *one)
        };
        self.within_reach(grant, keep, visit).await?;
        for person in [keep, other] {
            self.no_more_powers_than_his(grant, person, visit.now)
                .await?;
        }
        let about = About::by(grant, Some(other));
        let intent = self.intend(EventCode::PersonUnmerged, about, visit).await?;
        let separated = self.stores.identities.unmerge(other, &word).await;
        let (result, why) = outcome(separated.as_ref().err());
        self.conclude(intent, result, why);
        let keep = separated?;
        let kept = About::by(grant, Some(keep));
        self.fact(
            EventCode::PersonUnmerged,
            kept,
            visit,
            ResultCode::Done,
            None,
        );
        // What she saw as both is not hers any more.
        self.shut_out(keep, None).await?;
        Ok(Unmerged { keep, other })
    }

    async fn meant(&self, who: &Named) -> Result<PersonId, MergeTrouble> {
        let found = self.stores.identities.named(who).await;
        let found = found.map_err(Trouble::from)?;
        Ok(found.ok_or(MergeError::Unknown)?)
    }

    async fn merged_into(&self, person: PersonId) -> Result<Option<PersonId>, Trouble> {
        Ok(self.stores.identities.merged_into(person).await?)
    }
}

fn word(grant: &AdminGrant, reason: &str, visit: &Visit) -> Result<MergeWord, MergeTrouble> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(MergeTrouble::NoReason);
    }
    Ok(MergeWord {
        by: grant.actor().clone(),
        reason: reason.to_owned(),
        now: visit.now,
    })
}

fn outcome(error: Option<&MergeError>) -> (ResultCode, Option<ReasonCode>) {
    match error {
        None => (ResultCode::Done, None),
        Some(MergeError::Store(_)) => (ResultCode::Failed, Some(ReasonCode::StoreDown)),
        Some(
            MergeError::Unknown
            | MergeError::Same
            | MergeError::Merged(_)
            | MergeError::KeepsOthers
            | MergeError::NoAccount
            | MergeError::Suspended
            | MergeError::NotMerged,
        ) => (ResultCode::Refused, None),
    }
}
