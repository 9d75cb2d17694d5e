//! How alike two records are, when they may be one person under two keys (aaf §3, *Fuzzy duplicates*).
//!
//! A score is a sum of reasons, so that whoever decides sees why. It never decides by itself: a bridge is
//! an INE or an academic mail, and everything else is for a person to say.

use super::Profile;
use crate::CivilDate;

/// What two records agree in, or what speaks against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same last name, without accents and case.
    LastName,
    /// Nearly the same last name: one of two names, or one letter.
    NearLastName,
    /// The same first name.
    FirstName,
    /// Nearly the same first name.
    NearFirstName,
    /// The same birth date.
    BirthDate,
    /// The same INE.
    Ine,
    /// The same mail address.
    Mail,
    /// A place in the same establishment.
    Establishment,
    /// The same category: pupil, relative, or staff.
    Category,
    /// One source of one academy sends both, and ought to know.
    OneSource,
}

impl Likeness {
    /// What it adds to a score of 100; less than zero when it speaks against.
    pub const fn points(self) -> i8 {
        match self {
            Self::LastName | Self::FirstName | Self::BirthDate => 25,
            Self::NearLastName | Self::NearFirstName => 15,
            Self::Ine | Self::Mail => 20,
            Self::Establishment => 10,
            Self::Category => 5,
            Self::OneSource => -15,
        }
    }

    /// Its code in JSON and in lists.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastName => "last_name",
            Self::NearLastName => "near_last_name",
            Self::FirstName => "first_name",
            Self::NearFirstName => "near_first_name",
            Self::BirthDate => "birth_date",
            Self::Ine => "ine",
            Self::Mail => "mail",
            Self::Establishment => "establishment",
            Self::Category => "category",
            Self::OneSource => "one_source",
        }
    }
}

/// What is compared of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Folded last name.
    pub last: String,
    /// Folded first name.
    pub first: String,
    /// Birth date, when the source gives one.
    pub birth: Option<CivilDate>,
    /// INE, may be empty.
    pub ine: String,
    /// Mail address in lower case, may be empty.
    pub mail: String,
    /// Source and academy.
    pub source: String,
    /// Establishments, by whatever names them, with her profile there.
    pub places: Vec<(String, Profile)>,
}

/// Pupil, relative, or staff.
fn category(profile: Profile) -> u8 {
    match profile {
        Profile::Pupil => 0,
        Profile::Relative => 1,
        Profile::Teacher
        | Profile::Documentalist
        | Profile::Direction
        | Profile::SchoolLife
        | Profile::Staff
        | Profile::Academic
        | Profile::Collectivite
        | Profile::Guest => 2,
    }
}

/// The score of two records, 0 to 100, with its reasons; `None` when they are plainly two people: names that
/// are not even near (twins), or birth dates that differ.
pub fn likeness(one: &Features, other: &Features) -> Option<(u8, Vec<Likeness>)> {
    if let (Some(here), Some(there)) = (one.birth, other.birth)
        && here != there
    {
        return None;
    }
    let mut reasons = vec![
        name(
            &one.last,
            &other.last,
            [Likeness::LastName, Likeness::NearLastName],
        )?,
        name(
            &one.first,
            &other.first,
            [Likeness::FirstName, Likeness::NearFirstName],
        )?,
    ];
    let mut agree = |reason, holds: bool| reasons.extend(holds.then_some(reason));
    agree(
        Likeness::BirthDate,
        one.birth.is_some() && one.birth == other.birth,
    );
    agree(Likeness::Ine, !one.ine.is_empty() && one.ine == other.ine);
    agree(
        Likeness::Mail,
        !one.mail.is_empty() && one.mail == other.mail,
    );
    let shared = |same: fn(&(String, Profile), &(String, Profile)) -> bool| {
        let mut places = one.places.iter();
        places.any(|here| other.places.iter().any(|there| same(here, there)))
    };
    agree(
        Likeness::Establishment,
        shared(|here, there| here.0 == there.0),
    );
    agree(
        Likeness::Category,
        shared(|here, there| category(here.1) == category(there.1)),
    );
    agree(Likeness::OneSource, one.source == other.source);
    let score: i16 = reasons
        .iter()
        .map(|reason| i16::from(reason.points()))
        .sum();
    Some((u8::try_from(score.clamp(0, 100)).unwrap_or(0), reasons))
}

fn name(one: &str, other: &str, [same, near]: [Likeness; 2]) -> Option<Likeness> {
    if one == other {
        return (!one.is_empty()).then_some(same);
    }
    (is_part(one, other) || is_part(other, one) || is_one_off(one, other)).then_some(near)
}

/// Whether all words of a name stand in another: `marchais` in `marchais-roux`, `jean` in `jean pierre`.
fn is_part(part: &str, whole: &str) -> bool {
    fn words(name: &str) -> impl Iterator<Item = &str> {
        let words = name.split([' ', '-', '\'']);
        words.filter(|word| word.chars().count() > 1)
    }
    words(part).next().is_some() && words(part).all(|word| words(whole).any(|it| it == word))
}

/// Whether one letter was added, left out, taken for another, or two were swapped, in names of four letters
/// at least.
fn is_one_off(one: &str, other: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    if one.len().min(other.len()) < 4 || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let ahead = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.iter().skip(ahead), other.iter().skip(ahead));
    let (one, other): (Vec<char>, Vec<char>) = (one.copied().collect(), other.copied().collect());
    let rest =
        |letters: &[char], from: usize| letters.iter().skip(from).copied().collect::<Vec<_>>();
    rest(&one, 1) == rest(&other, 1)
        || rest(&one, 1) == other
        || one == rest(&other, 1)
        || (rest(&one, 2) == rest(&other, 2)
            && one.first() == other.get(1)
            && one.get(1) == other.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(last: &str, first: &str, birth: &str) -> Features {
        Features {
            last: last.to_owned(),
            first: first.to_owned(),
            birth: birth.parse().ok(),
            source: format!("{last}{first}"),
            ..Features::default()
        }
    }

    #[test]
    fn names_and_birth_date_make_most_of_a_score() {
        let one = record("marchais", "lea", "2012-02-29");
        let mut other = Features {
            source: "csv".to_owned(),
            ..one.clone()
        };
        assert_eq!(likeness(&one, &other).map(|it| it.0), Some(75));
        other.last = "marchais-roux".to_owned();
        assert_eq!(likeness(&one, &other).map(|it| it.0), Some(65));
        other.source.clone_from(&one.source);
        let (score, reasons) = likeness(&one, &other).unwrap();
        assert_eq!(score, 50);
        let sum: i16 = reasons.iter().map(|it| i16::from(it.points())).sum();
        assert_eq!(sum, i16::from(score));
    }

    #[test]
    fn everything_alike_is_a_hundred_and_never_more() {
        let one = Features {
            ine: "990000001AB".to_owned(),
            mail: "l@exemple.example".to_owned(),
            places: vec![("0000100C".to_owned(), Profile::Pupil)],
            ..record("marchais", "lea", "2012-02-29")
        };
        let other = Features {
            source: "csv".to_owned(),
            ..one.clone()
        };
        assert_eq!(likeness(&one, &other).map(|it| it.0), Some(100));
    }

    #[test]
    fn twins_and_other_birth_dates_are_two_people() {
        let one = record("marchais", "lea", "2012-02-29");
        assert_eq!(
            likeness(&one, &record("marchais", "tom", "2012-02-29")),
            None
        );
        assert_eq!(
            likeness(&one, &record("marchais", "lea", "2012-03-01")),
            None
        );
        assert_eq!(likeness(&one, &record("perez", "lea", "2012-02-29")), None);
    }

    #[test]
    fn near_is_one_letter_or_one_of_two_names() {
        for (one, other, near) in [
            ("marchais", "marchai", true),
            ("marchais", "marhcais", true),
            ("marchais", "marchois", true),
            ("marchais", "marchiasx", false),
            ("jean", "jean-pierre", true),
            ("jean pierre", "pierre", true),
            ("lea", "leo", false),
            ("li", "li", false),
            ("", "", false),
        ] {
            let found = name(one, other, [Likeness::LastName, Likeness::NearLastName]);
            assert_eq!(found == Some(Likeness::NearLastName), near, "{one} {other}");
        }
    }
}
