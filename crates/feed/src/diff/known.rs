//! What the store knows of one source and academy, in about sixty bytes a person.

use crate::stage::CompactId;
use crate::staged::RecordDigest;
use portique_domain::CivilDate;
use portique_domain::identity::{Names, Profile, SourceKey, SourceName};
use portique_domain::text::fold;
use std::collections::{HashMap, HashSet};

/// A known person, as the store hands her over.
#[derive(Clone, Copy, Debug)]
pub struct KnownPerson<'a> {
    /// Id at the source.
    pub id: &'a str,
    /// Digest of the record applied last.
    pub digest: RecordDigest,
    /// [`identity_mark`] of her names and birth date, 0 when the store cannot tell.
    pub identity: u64,
    /// Ids of her establishments at the source, with her profile there.
    pub places: &'a [(&'a str, Profile)],
    /// Whether she is marked as disappeared.
    pub disappeared: bool,
    /// Whether she has an active account.
    pub active: bool,
    /// Whether another record leads her, so that this one says nothing while she is here.
    pub alias: bool,
}

/// A mark of who a person is: names without case and accents, and birth date, each in bits of its own, so
/// that [`is_another`] can tell a corrected name from somebody else. Never 0.
pub fn identity_mark(names: &Names, birth_date: Option<CivilDate>) -> u64 {
    let part = |text: &str, bits: u32| {
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // FNV mixes its high bits best. Nobody gains by a collision: it hides one change of a million.
        (hash >> 20) % ((1 << bits) - 1) + 1
    };
    let last = part(&fold(&names.last), NAME_BITS);
    let first = part(&fold(&names.first), NAME_BITS);
    let birth = birth_date.map_or(0, |date| part(&date.to_string(), BIRTH_BITS));
    last << (NAME_BITS + BIRTH_BITS) | first << BIRTH_BITS | birth
}

const NAME_BITS: u32 = 22;
const BIRTH_BITS: u32 = 20;

/// Whether two marks under one id are of two people: an id that the source gave to somebody else. One thing
/// changed is a correction, or a marriage; names that changed places are one too. Two things are somebody
/// else, unless the birth date stayed; where one of the dates is not known, both names have to differ.
pub const fn is_another(before: u64, after: u64) -> bool {
    const NAME: u64 = (1 << NAME_BITS) - 1;
    const BIRTH: u64 = (1 << BIRTH_BITS) - 1;
    const FIRST: u32 = BIRTH_BITS;
    const LAST: u32 = NAME_BITS + BIRTH_BITS;
    if before == 0 || after == 0 {
        return false;
    }
    let last = (before >> LAST & NAME, after >> LAST & NAME);
    let first = (before >> FIRST & NAME, after >> FIRST & NAME);
    let birth = (before & BIRTH, after & BIRTH);
    let swapped = last.0 == first.1 && first.0 == last.1;
    let names = (last.0 != last.1) as u8 + (first.0 != first.1) as u8;
    if birth.0 == 0 || birth.1 == 0 {
        return names == 2 && !swapped;
    }
    birth.0 != birth.1 && names > 0 && !swapped
}

/// Marks of somebody with an INE: one with her last name, one with her first name, each with the INE and
/// the birth date. Two people who share one are taken for the same in a plan's counts; stores look again.
pub fn bridge_marks(ine: &str, birth_date: CivilDate, names: &Names) -> [u64; 2] {
    [("l", &names.last), ("f", &names.first)].map(|(which, name)| {
        let text = format!("{ine}\n{birth_date}\n{which}\n{}", fold(name));
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    })
}

/// What else makes two records of staff one person's, with her birth date and her first name: the academic
/// mail; the same id in the feeds of both degrees of one academy. Each is written as an INE would be.
pub fn staff_bridges(key: &SourceKey, mail: &str) -> Vec<String> {
    let mut bridges = Vec::new();
    if !mail.is_empty() {
        bridges.push(format!("mail:{}", mail.to_lowercase()));
    }
    if other_degree(&key.source).is_some() {
        bridges.push(format!("aaf:{}:{}", key.academy, key.id));
    }
    bridges
}

/// The feed of the other degree, of an academic one.
pub fn other_degree(source: &SourceName) -> Option<SourceName> {
    let degrees = [SourceName::aaf(), SourceName::aaf_first_degree()];
    let is_one = degrees.contains(source);
    degrees.into_iter().find(|one| is_one && one != source)
}

/// Whether a known record was met in the delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Met {
    #[default]
    No,
    Yes,
    Held,
}

#[derive(Debug)]
pub(super) struct EstablishmentRow {
    pub(super) id: String,
    pub(super) uai: String,
    pub(super) name: String,
    pub(super) digest: RecordDigest,
    /// Known to the store, rather than first seen in this delivery.
    pub(super) known: bool,
    pub(super) disappeared: bool,
    pub(super) met: Met,
}

/// A place in four bytes: number of the establishment, and profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    pub(super) fn new(establishment: u32, profile: Profile) -> Self {
        let profile = Profile::ALL.iter().position(|known| *known == profile);
        let profile = profile
            .and_then(|at| u32::try_from(at + 1).ok())
            .unwrap_or(0);
        Self((establishment << 4) | profile)
    }

    pub(super) fn parts(self) -> Option<(u32, Profile)> {
        let at = usize::try_from(self.0 & 15).ok()?.checked_sub(1)?;
        Some((self.0 >> 4, *Profile::ALL.get(at)?))
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PersonRow {
    pub(super) id: CompactId,
    pub(super) digest: RecordDigest,
    pub(super) identity: u64,
    /// The first places; the others, for the few who have more, are in the overflow.
    places: [Place; 2],
    /// One more than the index in the overflow, 0 for none.
    more: u32,
    pub(super) disappeared: bool,
    pub(super) active: bool,
    pub(super) alias: bool,
    pub(super) met: Met,
}

/// The index. Fill it, then give it to [`super::Comparer::new`].
#[derive(Debug, Default)]
pub struct Known {
    pub(super) establishments: Vec<EstablishmentRow>,
    numbers: HashMap<String, u32>,
    people: Vec<PersonRow>,
    overflow: Vec<Box<[Place]>>,
    bridges: Vec<u64>,
    /// UAIs that other sources of the academy brought.
    sites: HashSet<String>,
    /// Of those whom a stronger source leads.
    outranked: Vec<u64>,
}

impl Known {
    /// An empty index, with room for so many people.
    pub fn with_capacity(people: usize) -> Self {
        Self {
            people: Vec::with_capacity(people),
            ..Self::default()
        }
    }

    /// Adds a known establishment: id at the source, UAI or nothing, name to show.
    pub fn insert_establishment(
        &mut self,
        id: &str,
        uai: &str,
        name: &str,
        digest: RecordDigest,
        disappeared: bool,
    ) {
        let number = self.number_or_new(id);
        if let Some(row) = self.establishments.get_mut(number as usize) {
            uai.clone_into(&mut row.uai);
            name.clone_into(&mut row.name);
            row.digest = digest;
            row.disappeared = disappeared;
            row.known = true;
        }
    }

    /// Adds a known person. An establishment that was not added before is taken for one that the store
    /// does not know from this source.
    pub fn insert_person(&mut self, person: &KnownPerson<'_>) {
        let mut all = person
            .places
            .iter()
            .map(|(id, profile)| Place::new(self.number_or_new(id), *profile))
            .collect::<Vec<Place>>()
            .into_iter();
        let places = [
            all.next().unwrap_or_default(),
            all.next().unwrap_or_default(),
        ];
        let rest: Box<[Place]> = all.collect();
        let mut more = 0;
        if !rest.is_empty() {
            self.overflow.push(rest);
            more = u32::try_from(self.overflow.len()).unwrap_or(0);
        }
        self.people.push(PersonRow {
            id: CompactId::of(person.id),
            digest: person.digest,
            identity: person.identity,
            places,
            more,
            disappeared: person.disappeared,
            active: person.active,
            alias: person.alias,
            met: Met::No,
        });
    }

    /// Adds the UAI of an establishment that another source of the academy brought.
    pub fn insert_site(&mut self, uai: String) {
        self.sites.insert(uai);
    }

    /// Whether another source of the academy brought the establishment of this UAI.
    pub(super) fn is_elsewhere(&self, uai: &str) -> bool {
        self.sites.contains(uai)
    }

    /// Adds a mark of somebody with an INE.
    pub fn insert_bridge(&mut self, mark: u64) {
        self.bridges.push(mark);
    }

    /// Adds a mark of somebody with an INE whom a stronger source leads: of her this delivery says nothing.
    pub fn insert_outranked(&mut self, mark: u64) {
        self.outranked.push(mark);
    }

    /// Whether somebody is known with this INE, birth date and first name (twins share the last one), whom
    /// this delivery may lead (`Some(true)`) or not.
    pub(super) fn bridges(&self, ine: &str, birth_date: CivilDate, names: &Names) -> Option<bool> {
        let [_, first] = bridge_marks(ine, birth_date, names);
        let among = |known: &[u64]| known.binary_search(&first).is_ok();
        match (among(&self.bridges), among(&self.outranked)) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    /// How many people are in the index.
    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// Sorts the people, so that they are found by halves.
    pub(super) fn seal(&mut self) {
        self.people.sort_unstable_by_key(|row| row.id);
        self.people.dedup_by_key(|row| row.id);
        self.bridges.sort_unstable();
        self.outranked.sort_unstable();
    }

    pub(super) fn number_or_new(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = u32::try_from(self.establishments.len()).unwrap_or(u32::MAX);
        self.numbers.insert(id.to_owned(), number);
        self.establishments.push(EstablishmentRow {
            id: id.to_owned(),
            uai: String::new(),
            name: String::new(),
            digest: RecordDigest::default(),
            known: false,
            disappeared: false,
            met: Met::No,
        });
        number
    }

    /// Finds a person and marks her as met.
    pub(super) fn meet(&mut self, id: &str, met: Met) -> Option<PersonRow> {
        let id = CompactId::of(id);
        let at = self.people.binary_search_by_key(&id, |row| row.id).ok()?;
        let row = self.people.get_mut(at)?;
        row.met = met;
        Some(*row)
    }

    /// Finds a person, met or not.
    pub(super) fn row(&self, id: &str) -> Option<PersonRow> {
        let id = CompactId::of(id);
        let at = self.people.binary_search_by_key(&id, |row| row.id).ok()?;
        self.people.get(at).copied()
    }

    /// Whether a person is in the index.
    pub(super) fn holds(&self, id: &str) -> bool {
        let id = CompactId::of(id);
        self.people.binary_search_by_key(&id, |row| row.id).is_ok()
    }

    pub(super) fn rows(&self) -> &[PersonRow] {
        &self.people
    }

    /// Where a known person was.
    pub(super) fn places(&self, row: &PersonRow) -> Vec<(u32, Profile)> {
        let more = row
            .more
            .checked_sub(1)
            .and_then(|at| self.overflow.get(at as usize));
        let more = more.iter().flat_map(|places| places.iter());
        row.places
            .iter()
            .chain(more)
            .filter_map(|place| place.parts())
            .collect()
    }
}
