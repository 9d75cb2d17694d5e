//! A request that waits for a login, on the server, under a random name (house §4.5).

use crate::login::{Secret, digest_of};
use crate::{Journeys, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::login::{FLOW_LIFETIME, LocalPath};
use portique_store::Redeemed;

/// Kind of the one-time value that holds a request.
const KIND: &str = "oidc.request";

/// Where a parked request goes on.
const RESUME: &str = "/oidc/resume/";

/// A request as it came, with the time when it was first sent to the login.
pub(super) struct Parked {
    pub(super) at: Timestamp,
    pub(super) raw: Vec<u8>,
}

impl Journeys {
    /// Parks a request and gives the path where it goes on after the login.
    pub(super) async fn park_request(
        &self,
        raw: &[u8],
        at: Timestamp,
        visit: &Visit,
    ) -> Result<LocalPath, Trouble> {
        if !self.limiter.admits_flow(visit.address, visit.now) {
            return Err(Trouble::Busy(core::time::Duration::from_mins(1)));
        }
        let name = Secret::fresh(self.entropy.bytes());
        let digest = digest_of(name.as_str()).ok_or(Trouble::Internal("a name has no digest"))?;
        let mut value = at.millis().to_be_bytes().to_vec();
        value.extend_from_slice(raw);
        let until = visit.now.plus(FLOW_LIFETIME);
        self.stores
            .one_time
            .put(KIND, &digest, value, until)
            .await?;
        LocalPath::parse(&format!("{RESUME}{}", name.as_str()))
            .ok_or(Trouble::Internal("a path of ours is none"))
    }

    /// Takes a parked request out, once.
    pub(super) async fn unpark_request(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Result<Parked, Trouble> {
        let digest = digest_of(name).ok_or(Trouble::FlowLost)?;
        let Redeemed::First(value) = self.stores.one_time.redeem(KIND, &digest, now).await? else {
            return Err(Trouble::FlowLost);
        };
        let (at, raw) = value
            .split_first_chunk::<8>()
            .ok_or(Trouble::Internal("a parked request is damaged"))?;
        Ok(Parked {
            at: Timestamp::from_millis(i64::from_be_bytes(*at)),
            raw: raw.to_vec(),
        })
    }
}
