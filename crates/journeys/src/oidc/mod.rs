//! OpenID Connect: the engine's word (`portique_oidc`), walked with what the stores know.

mod authorize;
mod issued;
mod logout;
mod parked;
mod token;
mod userinfo;

pub use authorize::Authorized;
pub use logout::LogoutAsked;
pub use userinfo::UserinfoRefusal;

use crate::{Journeys, Trouble};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::session::Session;
use uuid::Uuid;

impl Journeys {
    /// The live session of a person by its public id: what codes and tokens hang on. Whatever ends a
    /// session so ends them at once.
    async fn live_session(
        &self,
        person: PersonId,
        session: Uuid,
        now: Timestamp,
    ) -> Result<Option<Session>, Trouble> {
        let live = self.stores.sessions.of_person(person, now).await?;
        Ok(live.into_iter().find(|one| one.id == session))
    }
}
