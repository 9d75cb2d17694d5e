//! Where staged records go.

use crate::name::Category;
use crate::plan::Finding;
use crate::staged::{StagedChange, StagedDelete, StagedEstablishment, StagedPerson};

/// A record that was set aside. What is known of it must neither change nor be taken for departed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Category.
    pub category: Category,
    /// Its id at the source, as written.
    pub id: String,
}

/// Takes in what a delivery says: establishments first, then pupils, relatives, staff. Each id comes
/// at most once.
///
/// A pupil may name a relative who never comes (she dangles, and a finding says so): relations are
/// resolved once all is there.
pub trait Sink {
    /// An establishment.
    ///
    /// # Errors
    /// What the sink could not do; the import stops.
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError>;

    /// A person.
    ///
    /// # Errors
    /// What the sink could not do; the import stops.
    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError>;

    /// A record was set aside.
    ///
    /// # Errors
    /// What the sink could not do; the import stops.
    fn held(&mut self, held: Held) -> Result<(), SinkError>;

    /// Whether somebody else is known under this person's id, which the source gave twice: her record is
    /// then held, so that no account goes from one person to another.
    fn is_another(&mut self, staged: &StagedPerson) -> bool {
        let _ = staged;
        false
    }

    /// A record left by name: only [`crate::Merger`] calls it.
    ///
    /// # Errors
    /// What the sink could not do; the import stops.
    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        drop(gone);
        Err(SinkError("this sink takes in no delta".into()))
    }

    /// A delta changes or removes a record. Only [`crate::Importer::delta`] calls it, so a sink that
    /// knows full deliveries alone may leave it refusing.
    ///
    /// # Errors
    /// What the sink could not do; the import stops.
    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        drop(change);
        Err(SinkError("this sink takes in no delta".into()))
    }
}

/// What a sink could not do.
#[derive(Debug, thiserror::Error)]
#[error("a staged record could not be taken in")]
pub struct SinkError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The delivery cannot be used; its severity is fatal.
    #[error("the delivery cannot be used: {}", .0.code)]
    Fatal(Box<Finding>),
    /// The sink failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

impl From<Box<Finding>> for ImportError {
    fn from(finding: Box<Finding>) -> Self {
        Self::Fatal(finding)
    }
}

/// Two sinks fed with the same records, the first one first.
#[derive(Debug)]
pub struct Tee<'a, A: ?Sized, B: ?Sized>(pub &'a mut A, pub &'a mut B);

impl<A: Sink + ?Sized, B: Sink + ?Sized> Sink for Tee<'_, A, B> {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.0.establishment(staged.clone())?;
        self.1.establishment(staged)
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.0.person(staged.clone())?;
        self.1.person(staged)
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.0.held(held.clone())?;
        self.1.held(held)
    }

    fn is_another(&mut self, staged: &StagedPerson) -> bool {
        self.0.is_another(staged) || self.1.is_another(staged)
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        self.0.change(change.clone())?;
        self.1.change(change)
    }

    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        self.0.gone(gone.clone())?;
        self.1.gone(gone)
    }
}
