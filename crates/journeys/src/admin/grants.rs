//! Giving and taking powers.

use super::people::need;
use crate::journal::About;
use crate::login::Secret;
use crate::{Journeys, Trouble};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{Login, Names, PersonId};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, Actor, AdminGrant, Grant, LONGEST_GRANT, Perimeter};
use portique_store::records::Invitation;
use uuid::Uuid;

/// An invitation lives a day.
const INVITATION_LIFETIME: Duration = Duration::from_hours(24);

/// Who is to become an administrator, over whom, and why.
#[derive(Clone, Debug)]
pub struct InvitationDraft {
    /// Names to show.
    pub names: Names,
    /// Login; `None` proposes `prenom.nom`.
    pub login: Option<Login>,
    /// Over whom.
    pub perimeter: Perimeter,
    /// What.
    pub actions: Vec<Action>,
    /// Why.
    pub reason: String,
    /// For how long, a year at most.
    pub duration: Duration,
}

impl Journeys {
    /// Invites an administrator: creates person, account and grants, and gives the one-time link that
    /// lets her in. Nobody hands on more than he has (T-61).
    pub async fn invite_admin(
        &self,
        grant: &AdminGrant,
        draft: InvitationDraft,
        now: Timestamp,
    ) -> Result<(String, Invitation), Trouble> {
        need(grant, Action::Grant)?;
        if !grant.may_hand_on(draft.perimeter) || draft.reason.trim().is_empty() {
            return Err(Trouble::Forbidden);
        }
        self.has_them_himself(grant, draft.perimeter, &draft.actions, now)
            .await?;
        let person = PersonId(self.entropy.id(now));
        let login = match draft.login {
            Some(login) => login,
            None => self.free_login(&draft.names).await?,
        };
        let to = now.plus(draft.duration.min(LONGEST_GRANT));
        let grants = draft
            .actions
            .iter()
            .map(|action| Grant {
                id: self.entropy.id(now),
                person,
                action: *action,
                perimeter: draft.perimeter,
                from: now,
                to,
                reason: draft.reason.trim().to_owned(),
                grantor: grant.actor().clone(),
                revoked_at: None,
            })
            .collect();
        let secret = Secret::fresh(self.entropy.bytes());
        let mac = self
            .invitation_mac(secret.as_str())
            .ok_or(Trouble::Internal("a secret has no digest"))?;
        let invitation = Invitation {
            secret: mac,
            person,
            login,
            names: draft.names,
            grants,
            expires_at: now.plus(INVITATION_LIFETIME),
        };
        let about = About::by(grant, Some(person));
        let intent = self
            .intend_here(EventCode::AdminInvited, about, now)
            .await?;
        self.stores
            .invitations
            .invite(&invitation, grant.actor(), now)
            .await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok((
            format!("{}/invitation?secret={}", self.issuer, secret.as_str()),
            invitation,
        ))
    }

    /// The power to give powers is no power to read, to freeze or to search: a person hands on only
    /// actions that she holds over that perimeter herself (T-61). An operator holds all of them.
    async fn has_them_himself(
        &self,
        grant: &AdminGrant,
        perimeter: Perimeter,
        actions: &[Action],
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let Actor::Person(giver) = grant.actor() else {
            return Ok(());
        };
        let own = self.stores.grants.grants_of(*giver).await?;
        let holds = |action: &Action| {
            AdminGrant::claim(*giver, &own, *action, now)
                .is_some_and(|held| held.reach().iter().any(|one| one.includes(perimeter)))
        };
        if actions.iter().all(holds) {
            Ok(())
        } else {
            Err(Trouble::Forbidden)
        }
    }

    /// Whoever may let somebody into an account, by a code or by forgetting its second factor, may act
    /// with its powers: an account with more powers than one's own is out of bounds (T-61).
    pub(super) async fn no_more_powers_than_his(
        &self,
        grant: &AdminGrant,
        target: PersonId,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        for held in self.stores.grants.grants_of(target).await? {
            if held.is_live_at(now) {
                self.has_them_himself(grant, held.perimeter, &[held.action], now)
                    .await?;
            }
        }
        Ok(())
    }

    async fn free_login(&self, names: &Names) -> Result<Login, Trouble> {
        for rank in 1..1000 {
            let login = Login::propose(&names.first, &names.last, rank)
                .ok_or(Trouble::Internal("no login can be made of these names"))?;
            if !self.stores.accounts.is_login_used(&login).await? {
                return Ok(login);
            }
        }
        Err(Trouble::Internal("no login is free"))
    }

    /// One's own live powers. Nobody needs a power to read her own.
    pub async fn own_powers(
        &self,
        who: &crate::SignedIn,
        now: Timestamp,
    ) -> Result<Vec<Grant>, Trouble> {
        let mut grants = self.stores.grants.grants_of(who.person.id).await?;
        grants.retain(|grant| grant.is_live_at(now));
        Ok(grants)
    }

    /// All live grants within the reach of the one who asks.
    pub async fn live_grants(
        &self,
        grant: &AdminGrant,
        now: Timestamp,
    ) -> Result<Vec<Grant>, Trouble> {
        need(grant, Action::Grant)?;
        let all = self.stores.grants.live_grants(now).await?;
        Ok(all
            .into_iter()
            .filter(|one| grant.may_hand_on(one.perimeter))
            .collect())
    }

    /// Gives somebody who exists more powers.
    pub async fn give_powers(
        &self,
        grant: &AdminGrant,
        person: PersonId,
        draft: (Perimeter, &[Action], &str, Duration),
        now: Timestamp,
    ) -> Result<Vec<Grant>, Trouble> {
        need(grant, Action::Grant)?;
        let (perimeter, actions, reason, duration) = draft;
        if !grant.may_hand_on(perimeter) || reason.trim().is_empty() {
            return Err(Trouble::Forbidden);
        }
        self.has_them_himself(grant, perimeter, actions, now)
            .await?;
        self.stores
            .accounts
            .account(person)
            .await?
            .ok_or(Trouble::NotFound)?;
        let to = now.plus(duration.min(LONGEST_GRANT));
        let grants: Vec<Grant> = actions
            .iter()
            .map(|action| Grant {
                id: self.entropy.id(now),
                person,
                action: *action,
                perimeter,
                from: now,
                to,
                reason: reason.trim().to_owned(),
                grantor: grant.actor().clone(),
                revoked_at: None,
            })
            .collect();
        let about = About::by(grant, Some(person));
        let intent = self.intend_here(EventCode::Granted, about, now).await?;
        self.stores.grant_writer.give(&grants).await?;
        // Sessions opened before were opened without the second factor that powers ask for.
        self.shut_out(person, None).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(grants)
    }

    /// Takes a power back; `false` when there is no such live grant within reach.
    pub async fn revoke_power(
        &self,
        grant: &AdminGrant,
        id: Uuid,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        need(grant, Action::Grant)?;
        let Some(found) = self
            .stores
            .grants
            .live_grants(now)
            .await?
            .into_iter()
            .find(|one| one.id == id)
        else {
            return Ok(false);
        };
        if !grant.may_hand_on(found.perimeter) {
            return Ok(false);
        }
        let done = self
            .stores
            .grant_writer
            .revoke(id, grant.actor(), now)
            .await?;
        let about = About::by(grant, Some(found.person));
        // Taking back never waits for the log (house §3).
        let result = if done {
            ResultCode::Done
        } else {
            ResultCode::Refused
        };
        self.fact_here(EventCode::Revoked, about, result, now);
        Ok(done)
    }
}
