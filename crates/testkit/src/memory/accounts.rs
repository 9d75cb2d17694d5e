//! Accounts and second factors in memory.

use super::records::{CodeState, MemoryRecords, State};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::account::{Account, AccountState};
use portique_domain::identity::{Login, PersonId};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use portique_store::records::{
    AccountReader, AccountWriter, Activated, Activation, Credential, SecondFactors,
};
use portique_store::{Redeemed, Result, StoreError};

impl State {
    fn account(&self, person: PersonId) -> Option<Account> {
        let row = self
            .accounts
            .get(&person)
            .filter(|_| !self.is_merged(person))?;
        Some(Account {
            person,
            login: row.login.clone(),
            state: row.state,
            state_since: row.since,
            code_expires_at: row
                .code
                .and_then(|(_, ends, state)| (state == CodeState::Open).then_some(ends)),
            activated_at: row.activated_at,
            has_password: row.phc.is_some(),
            has_second_factor: self.factors.contains_key(&person),
        })
    }

    fn code(&self, person: PersonId, mac: &Digest, now: Timestamp) -> Redeemed<Timestamp> {
        let Some(row) = self
            .accounts
            .get(&person)
            .filter(|_| !self.is_merged(person))
        else {
            return Redeemed::Unknown;
        };
        match row.code {
            Some((known, _, CodeState::Spent | CodeState::Closed)) if known == *mac => {
                Redeemed::Replay
            }
            Some((known, ends, CodeState::Open))
                if known == *mac && now < ends && row.takes_a_code() =>
            {
                Redeemed::First(ends)
            }
            Some(_) | None => Redeemed::Unknown,
        }
    }
}

#[async_trait]
impl AccountReader for MemoryRecords {
    async fn account(&self, person: PersonId) -> Result<Option<Account>> {
        Ok(self.lock().account(person))
    }

    async fn account_by_login(&self, login: &Login) -> Result<Option<Account>> {
        let state = self.lock();
        let person = state.logins.get(login).copied();
        Ok(person.and_then(|person| state.account(person)))
    }

    async fn is_login_used(&self, login: &Login) -> Result<bool> {
        Ok(self.lock().logins.contains_key(login))
    }

    async fn credential(&self, person: PersonId) -> Result<Option<Credential>> {
        let state = self.lock();
        let row = state.accounts.get(&person);
        let row = row.filter(|_| !state.is_merged(person));
        Ok(row.map(|row| Credential {
            person,
            phc: row.phc.clone(),
        }))
    }

    async fn activation_code(
        &self,
        person: PersonId,
        mac: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Timestamp>> {
        Ok(self.lock().code(person, mac, now))
    }
}

#[async_trait]
impl AccountWriter for MemoryRecords {
    async fn issue_code(
        &self,
        person: PersonId,
        mac: Digest,
        expires_at: Timestamp,
        _by: &Actor,
        _now: Timestamp,
    ) -> Result<bool> {
        let mut state = self.lock();
        let merged = state.is_merged(person);
        let row = state.accounts.get_mut(&person);
        let Some(row) = row.filter(|row| row.takes_a_code() && !merged) else {
            return Ok(false);
        };
        row.code = Some((mac, expires_at, CodeState::Open));
        Ok(true)
    }

    async fn activate(&self, activation: Activation) -> Result<Activated> {
        let Activation {
            person,
            code,
            phc,
            at,
        } = activation;
        let mut state = self.lock();
        Ok(match state.code(person, &code, at) {
            Redeemed::First(_) => {
                let row = state.accounts.get_mut(&person).unwrap();
                assert!(row.activate(person, &phc, at));
                Redeemed::First(())
            }
            Redeemed::Replay => Redeemed::Replay,
            Redeemed::Unknown => Redeemed::Unknown,
        })
    }

    async fn disown_code(&self, person: PersonId, mac: &Digest, now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let code = state
            .accounts
            .get_mut(&person)
            .and_then(|row| row.code.as_mut());
        Ok(match code {
            Some((known, ends, state))
                if known == mac && *state == CodeState::Open && now < *ends =>
            {
                *state = CodeState::Closed;
                true
            }
            Some(_) | None => false,
        })
    }

    async fn save_password(&self, person: PersonId, phc: &str, _now: Timestamp) -> Result<()> {
        let mut state = self.lock();
        let row = state.accounts.get_mut(&person);
        row.ok_or(StoreError::Conflict("no such account"))?.phc = Some(phc.to_owned());
        Ok(())
    }

    async fn freeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let merged = state.is_merged(person);
        let row = state.accounts.get_mut(&person);
        Ok(!merged && row.is_some_and(|row| row.jump(AccountState::Suspended, by, now)))
    }

    async fn unfreeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let merged = state.is_merged(person);
        let Some(row) = state.accounts.get_mut(&person).filter(|_| !merged) else {
            return Ok(false);
        };
        let former = row.before_freeze;
        Ok(former.is_some_and(|former| row.jump(former, by, now)))
    }
}

#[async_trait]
impl SecondFactors for MemoryRecords {
    async fn sealed_secret(&self, person: PersonId) -> Result<Option<Vec<u8>>> {
        let state = self.lock();
        Ok(state.factors.get(&person).map(|(sealed, _)| sealed.clone()))
    }

    async fn enrol(
        &self,
        person: PersonId,
        sealed: &[u8],
        step: u64,
        _now: Timestamp,
    ) -> Result<bool> {
        let mut state = self.lock();
        if !state.accounts.contains_key(&person) {
            return Err(StoreError::Conflict("no such account"));
        }
        if state.factors.contains_key(&person) {
            return Ok(false);
        }
        state.factors.insert(person, (sealed.to_vec(), step));
        Ok(true)
    }

    async fn accept_step(&self, person: PersonId, step: u64) -> Result<bool> {
        let mut state = self.lock();
        Ok(match state.factors.get_mut(&person) {
            Some((_, last)) if *last < step => {
                *last = step;
                true
            }
            Some(_) | None => false,
        })
    }

    async fn forget(&self, person: PersonId) -> Result<()> {
        self.lock().factors.remove(&person);
        Ok(())
    }
}
