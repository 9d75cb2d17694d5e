//! A first look at a delivery, to know whose it is before its records are read.

use super::ImportError;
use crate::dialect::{Dialects, View};
use crate::name::Degree;
use crate::name::{Category, FileName};
use crate::read::{Header, RecordReader};
use crate::record::establishment;
use portique_domain::identity::AcademyCode;
use std::io::Read;

/// What the head of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The academy, from the header comment, else from the first establishment.
    pub academy: Option<AcademyCode>,
    /// The degree, from the name, else from the header comment, else the second.
    pub degree: Degree,
    /// The header comments.
    pub header: Header,
}

/// Reads a file up to its first record. Best done on the first file of a delivery, which holds
/// establishments.
///
/// # Errors
/// [`ImportError::Fatal`] when the file cannot be read so far.
pub fn probe<R: Read>(
    file: &FileName,
    source: R,
    dialects: &Dialects,
) -> Result<Probe, ImportError> {
    let mut reader = RecordReader::new(&file.name, source);
    let first = reader.next_record()?.is_some();
    let header = reader.header().clone();
    let degree = file.degree.or_else(|| Degree::parse(&header.degree));
    let degree = degree.unwrap_or(Degree::Second);
    let named = header.academy.parse().ok();
    let academy = named.or_else(|| {
        let view = View {
            raw: reader.record(),
            section: dialects.of(degree).section(file.category),
            codes: dialects.codes(),
        };
        (first && file.category == Category::Establishment)
            .then(|| establishment::academy(&view))
            .flatten()
    });
    Ok(Probe {
        academy,
        degree,
        header,
    })
}
