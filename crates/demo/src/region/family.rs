//! Families: children in one or several establishments, adults, now and then a contact.

use super::plan::Academy;
use super::school::{CLASSES, Level, Nature};
use crate::words::{Dice, first_name, last_name, street};
use portique_domain::CivilDate;

/// The school year that ages are counted for. Fixed, so that two deliveries of one region differ by
/// what changed and not by the day they were written.
const SCHOOL_YEAR: u64 = 2026;

/// A pupil.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) id: u64,
    pub(crate) first: &'static str,
    pub(crate) others: &'static str,
    pub(crate) last: String,
    pub(crate) girl: bool,
    pub(crate) birth_date: Option<CivilDate>,
    /// `ENTStructureJointure` of her school.
    pub(crate) school: String,
    pub(crate) uai: String,
    pub(crate) level: &'static Level,
    pub(crate) class: String,
    /// INE: nine digits and two letters.
    pub(crate) ine: String,
    /// A number for whatever else is drawn about her.
    pub(crate) luck: u64,
}

/// An adult around a pupil.
#[derive(Clone, Debug)]
pub(crate) struct Adult {
    pub(crate) id: u64,
    pub(crate) first: &'static str,
    pub(crate) last: String,
    pub(crate) birth_name: String,
    pub(crate) woman: bool,
    /// BCN code of the link.
    pub(crate) link: &'static str,
    /// `respLegal`.
    pub(crate) legal: u8,
    pub(crate) luck: u64,
}

/// A family.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) children: Vec<Child>,
    /// Legal representatives.
    pub(crate) adults: Vec<Adult>,
    /// Somebody to call who has no account.
    pub(crate) contact: Option<Adult>,
    pub(crate) street: String,
    pub(crate) postal_code: String,
    pub(crate) town: &'static str,
    /// Decides where its children go to school.
    pub(super) sector: u64,
    /// The name of its children.
    pub(super) name: String,
}

/// Children and adults of a family. The first family of the region is the one that demonstrations
/// speak of: two children in two establishments, two parents.
pub(super) fn shape(seed: u64, academy: u64, number: u64) -> (u64, u64) {
    if academy == 0 && number == 0 {
        return (2, 2);
    }
    let mut dice = Dice::of(seed, &[2, academy, number]);
    let children = match dice.below(10) {
        0..6 => 1,
        6..9 => 2,
        _ => 3,
    };
    (children, if dice.chance(75) { 2 } else { 1 })
}

impl Family {
    pub(super) fn draw(seed: u64, academy: &Academy, number: u64) -> Self {
        let (children, adults) = shape(seed, academy.index, number);
        let mut dice = Dice::of(seed, &[3, academy.index, number]);
        let sector = dice.below(1 << 32);
        // One family in 53 has the name of the one before, and its first child its first name:
        // homonyms are no accident in real feeds.
        let namesake = number % 53 == 52;
        let mut naming = Dice::of(seed, &[4, academy.index, number - u64::from(namesake)]);
        let name = last_name(&mut naming);
        let mut drawn: Vec<Child> = Vec::new();
        for rank in 0..children {
            let mut own = if rank == 0 {
                naming
            } else {
                Dice::of(seed, &[5, academy.index, number, rank])
            };
            drawn.extend(child(academy, number, (rank, sector), &name, &mut own));
        }
        let single_father = adults == 1 && dice.chance(25);
        let grown = (0..adults)
            .map(|rank| {
                parent(
                    &mut dice,
                    number * 4 + rank,
                    &name,
                    rank == 0 && !single_father,
                )
            })
            .collect();
        let contact = dice.chance(8).then(|| contact(&mut dice, number));
        let home = academy
            .school(Nature::College, sector)
            .or_else(|| academy.schools.first());
        Self {
            children: drawn,
            adults: grown,
            contact,
            street: street(&mut dice),
            postal_code: home.map(super::School::postal_code).unwrap_or_default(),
            town: home.map_or("", |school| school.town),
            sector,
            name,
        }
    }
}

/// A child of a family, by her rank in it, 0 to 3.
pub(super) fn child(
    academy: &Academy,
    family: u64,
    (rank, sector): (u64, u64),
    name: &str,
    dice: &mut Dice,
) -> Option<Child> {
    let girl = dice.chance(50);
    let first = first_name(dice, girl);
    let stage = match (academy.agriculture, family, academy.index, rank) {
        (_, 0, 0, 0) => 1,
        (_, 0, 0, 1) => 5,
        (true, ..) => 4 + dice.below(3),
        (false, ..) => dice.below(7),
    };
    let nature = match (academy.agriculture, stage) {
        (true, _) => Nature::Agricultural,
        (false, 0..4) => Nature::College,
        (false, _) if dice.chance(70) => Nature::Lycee,
        (false, _) => Nature::Pro,
    };
    // One child in ten goes elsewhere than the sector says.
    let sector = if dice.chance(10) { sector + 1 } else { sector };
    let school = academy.school(nature, sector)?;
    let level = nature.levels().find(|level| level.stage == stage)?;
    let letter = usize::try_from(dice.below(school.classes)).ok()?;
    let serial = family * 4 + rank;
    let birth_year = i16::try_from(SCHOOL_YEAR - 11 - stage).ok()?;
    Some(Child {
        id: 10_000_000 + serial,
        first,
        others: first_name(dice, girl),
        last: name.to_owned(),
        girl,
        birth_date: birth_date(dice, birth_year),
        school: school.id.clone(),
        uai: school.uai.clone(),
        level,
        class: format!("{}{}", level.prefix, CLASSES.get(letter)?),
        ine: format!(
            "{:09}{}",
            academy.index * 300_000_000 + serial,
            dice.pick(&["AB", "CF", "GK", "HD", "JE"])
        ),
        luck: dice.next(),
    })
}

/// A day of that year, never the 29th to 31st.
pub(super) fn birth_date(dice: &mut Dice, year: i16) -> Option<CivilDate> {
    let month = i8::try_from(1 + dice.below(12)).ok()?;
    let day = i8::try_from(1 + dice.below(28)).ok()?;
    CivilDate::new(year, month, day).ok()
}

fn parent(dice: &mut Dice, serial: u64, name: &str, mother: bool) -> Adult {
    let first = first_name(dice, mother);
    let birth_name = if mother {
        last_name(dice)
    } else {
        name.to_owned()
    };
    let last = match dice.below(10) {
        0..6 => name.to_owned(),
        6..9 => birth_name.clone(),
        _ => format!("{birth_name}-{name}"),
    };
    Adult {
        id: 20_000_000 + serial,
        first,
        last: if mother { last } else { name.to_owned() },
        birth_name,
        woman: mother,
        link: if mother { "10" } else { "20" },
        legal: 1,
        luck: dice.next(),
    }
}

fn contact(dice: &mut Dice, family: u64) -> Adult {
    let woman = dice.chance(60);
    let name = last_name(dice);
    let in_charge = dice.chance(15);
    Adult {
        id: 20_000_000 + family * 4 + 3,
        first: first_name(dice, woman),
        last: name.clone(),
        birth_name: name,
        woman,
        link: if in_charge { "39" } else { "38" },
        legal: if in_charge { 2 } else { 0 },
        luck: dice.next(),
    }
}
