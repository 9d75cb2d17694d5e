//! People, establishments and how feeds name them.

mod academy;
mod establishment;
mod likeness;
mod login;
mod mail;
mod person;
mod profile;
mod source;
mod uai;

pub use academy::{AcademyCode, AcademyError};
pub use establishment::{Establishment, EstablishmentId, EstablishmentKind, Tutelle};
pub use likeness::{Features, Likeness, likeness};
pub use login::{Login, LoginError};
pub use mail::{MailAddress, MailAddressError};
pub use person::{Affiliation, Names, Person, PersonId, Relation};
pub use profile::Profile;
pub use source::{SourceKey, SourceName};
pub use uai::{Uai, UaiError};
