//! What a delivery is read with.

use crate::dialect::Dialects;
use portique_domain::identity::{AcademyCode, SourceName};
use std::sync::Arc;

/// What `respLegal` = `2` means here (aaf §2.6): it changed with the reform of 2020.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondRank {
    /// A contact: no relation, no account.
    #[default]
    Contact,
    /// *Personne en charge*: a relation and an account, not a legal representative.
    InCharge,
    /// The second legal representative, as before 2020.
    Legal,
}

/// Settings of a source.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Name of the source; without one, that of the degree ([`crate::name::Degree::source`]).
    pub source: Option<SourceName>,
    /// The academy the source is set for. It then names the keys whatever the files say, and the guard
    /// `wrong_academy` speaks up when they say otherwise. Without it, the files are believed.
    pub academy: Option<AcademyCode>,
    /// `respLegal` = `2`.
    pub second_rank: SecondRank,
    /// The tables of the installation; without them, those that are built in.
    pub dialects: Option<Arc<Dialects>>,
}
