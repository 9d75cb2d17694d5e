//! The feeds of the region, in the format of the real ones (aaf §1, §2): one folder an academy, files
//! of bounded size, the attributes that producers fill, their empty values and their deprecated twins.

mod establishments;
mod nomenclature;
mod pupils;
mod relatives;
mod staff;
mod xml;

use crate::region::{Academy, Region};
use portique_domain::CivilDate;
use std::io::{self, Write};
use xml::Files;

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    /// Lines end with CR LF, as producers write them.
    pub crlf: bool,
    /// Records a file; more go into the next one.
    pub records_a_file: u64,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            crlf: true,
            records_a_file: 5000,
        }
    }
}

/// Opens the files of a feed for writing, by name.
pub type Open<'a> = dyn FnMut(&str) -> io::Result<Box<dyn Write>> + 'a;

/// Writes the feeds of all academies as of `date`. `open` is called with names such as
/// `academie-091/ENT2DVA-ENT91_Complet_20260901_Eleve_0000.xml`.
///
/// # Errors
/// Whatever `open` or a write gives.
pub fn write_feed(region: &Region, date: CivilDate, open: &mut Open<'_>) -> io::Result<()> {
    write_feed_as(region, date, Writing::default(), open)
}

/// As [`write_feed`], with other line ends or sizes.
///
/// # Errors
/// Whatever `open` or a write gives.
pub fn write_feed_as(
    region: &Region,
    date: CivilDate,
    writing: Writing,
    open: &mut Open<'_>,
) -> io::Result<()> {
    for academy in &region.academies {
        let mut files = Files::new(academy, date, writing, open);
        establishments::write(academy, &mut files)?;
        nomenclature::write(&mut files)?;
        pupils::write(region, academy, &mut files)?;
        relatives::write(region, academy, &mut files)?;
        staff::write(region, academy, &mut files)?;
    }
    Ok(())
}

/// `O` or `N`.
pub(crate) const fn yes_no(yes: bool) -> &'static str {
    if yes { "O" } else { "N" }
}

/// A telephone number in a range that is given to nobody.
pub(crate) fn phone(mobile: bool, luck: u64) -> String {
    let digits = luck % 10_000;
    let (high, low) = (digits / 100, digits % 100);
    if mobile {
        format!("+33 6 39 98 {high:02} {low:02}")
    } else {
        format!("+33 1 99 00 {high:02} {low:02}")
    }
}

/// A mail address in a domain that cannot exist.
pub(crate) fn mail(first: &str, last: &str, domain: &str) -> String {
    let word = portique_domain::text::squeeze;
    format!("{}.{}@{domain}.example", word(first), word(last))
}

/// The mail domain of an academy.
pub(crate) fn domain(academy: &Academy) -> String {
    format!("ac-{}", academy.name.to_lowercase())
}
