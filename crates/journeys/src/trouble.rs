//! What can go wrong in a journey besides the outcomes its rule knows. One table in `web` turns each
//! into a page.

use core::time::Duration;
use portique_store::StoreError;

/// Why a journey could not be walked. The cause is private; the page says nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The flow expired, ended, or belongs to another browser.
    #[error("the flow is lost")]
    FlowLost,
    /// The step asked for is not the one that comes next.
    #[error("another step comes first")]
    WrongStep,
    /// No such thing, or outside the reach of the one who asks: both look alike.
    #[error("not found")]
    NotFound,
    /// The person has no such power.
    #[error("forbidden")]
    Forbidden,
    /// Too busy; try again after that long.
    #[error("too busy")]
    Busy(Duration),
    /// Accounts are being brought up to date, and this was not begun; in a minute it will be.
    #[error("a feed is being applied")]
    Updating,
    /// The access log could not be written: nothing opens.
    #[error("the access log cannot be written")]
    LogDown(#[source] StoreError),
    /// A store did not answer.
    #[error("a store failed")]
    StoreDown(#[source] StoreError),
    /// Our own fault.
    #[error("internal fault: {0}")]
    Internal(&'static str),
}

/// The kinds of trouble, without their causes: closed labels for metrics and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// See [`Trouble::FlowLost`].
    FlowLost,
    /// See [`Trouble::WrongStep`].
    WrongStep,
    /// See [`Trouble::NotFound`].
    NotFound,
    /// See [`Trouble::Forbidden`].
    Forbidden,
    /// See [`Trouble::Busy`].
    Busy,
    /// See [`Trouble::Updating`].
    Updating,
    /// See [`Trouble::LogDown`].
    LogDown,
    /// See [`Trouble::StoreDown`].
    StoreDown,
    /// See [`Trouble::Internal`].
    Internal,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Updating,
            StoreError::Unavailable(_)
            | StoreError::CannotWrite(_)
            | StoreError::Corrupt(_)
            | StoreError::Conflict(_) => Self::StoreDown(error),
        }
    }
}

impl Trouble {
    /// The kind.
    pub fn kind(&self) -> TroubleKind {
        match self {
            Self::FlowLost => TroubleKind::FlowLost,
            Self::WrongStep => TroubleKind::WrongStep,
            Self::NotFound => TroubleKind::NotFound,
            Self::Forbidden => TroubleKind::Forbidden,
            Self::Busy(_) => TroubleKind::Busy,
            Self::Updating => TroubleKind::Updating,
            Self::LogDown(_) => TroubleKind::LogDown,
            Self::StoreDown(_) => TroubleKind::StoreDown,
            Self::Internal(_) => TroubleKind::Internal,
        }
    }
}
