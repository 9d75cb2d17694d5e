//! The feeds of the region, in the format of the real ones (aaf §1 to §3), full or as what differs between
//! two days: one folder an academy, files of bounded size, the attributes that producers fill, their
//! empty values and their deprecated twins.

mod establishments;
mod nomenclature;
mod pupils;
mod relatives;
mod staff;
mod xml;

use crate::region::{Academy, Day, Family, Region, StaffMember};
use portique_domain::CivilDate;
use std::collections::BTreeMap;
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

/// Writes the full feeds of all academies as of `date`. `open` is called with names such as
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
    write(None, region, (date, writing), open)
}

/// Writes what differs between two days of one region, as deltas of all academies as of `date` (aaf §3):
/// `academie-091/ENT2DVA-ENT91_Delta_20260902_Eleve_0000.xml`. Each category has its file, be it empty.
///
/// # Errors
/// Whatever `open` or a write gives.
pub fn write_delta(
    before: &Region,
    now: &Region,
    (date, writing): (CivilDate, Writing),
    open: &mut Open<'_>,
) -> io::Result<()> {
    write(Some(before), now, (date, writing), open)
}

fn write(
    before: Option<&Region>,
    now: &Region,
    how: (CivilDate, Writing),
    open: &mut Open<'_>,
) -> io::Result<()> {
    for (at, now) in now.days().enumerate() {
        let days = Days {
            before: before.and_then(|region| region.days().nth(at)),
            now,
        };
        let mut files = Files::new(now.academy, days.before.is_some(), how, open);
        establishments::write(&days, &mut files)?;
        nomenclature::write(&days, &mut files)?;
        pupils::write(&days, &mut files)?;
        relatives::write(&days, &mut files)?;
        staff::write(&days, &mut files)?;
    }
    Ok(())
}

/// The day that is written, and the one that a delta starts from.
struct Days<'r> {
    before: Option<Day<'r>>,
    now: Day<'r>,
}

impl Days<'_> {
    fn families(&self, number: u64) -> [Option<Family>; 2] {
        [
            self.before.and_then(|day| day.family(number)),
            self.now.family(number),
        ]
    }

    fn staff(&self, number: u64) -> [Option<StaffMember>; 2] {
        [
            self.before.and_then(|day| day.staff_member(number)),
            self.now.staff_member(number),
        ]
    }

    /// What is the same on all days.
    fn both<'t, T>(&self, thing: &'t T) -> (Option<&'t T>, Option<&'t T>) {
        (self.before.map(|_| thing), Some(thing))
    }
}

/// What things were and what they are, by id.
fn pair<T: Copy>(
    was: impl Iterator<Item = T>,
    is: impl Iterator<Item = T>,
    id: impl Fn(&T) -> u64,
) -> BTreeMap<u64, (Option<T>, Option<T>)> {
    let mut pairs = BTreeMap::new();
    for thing in was {
        pairs.insert(id(&thing), (Some(thing), None));
    }
    for thing in is {
        pairs.entry(id(&thing)).or_insert((None, None)).1 = Some(thing);
    }
    pairs
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
