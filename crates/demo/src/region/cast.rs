//! The people a demonstration speaks of: they are found again from one run to the next.

use super::{Day, Region, School};
use portique_domain::CivilDate;
use portique_domain::identity::AcademyCode;

/// Somebody, by what a letter needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Academy.
    pub academy: AcademyCode,
    /// `ENTPersonJointure`.
    pub id: String,
    /// First name.
    pub first: String,
    /// Family name, as the feed writes it.
    pub last: String,
    /// Birth date; parents have none in the feeds.
    pub birth_date: Option<CivilDate>,
    /// UAI of the (first) establishment.
    pub uai: String,
}

/// A parent of two children in two establishments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The parent; `uai` is that of the first child.
    pub person: Member,
    /// Her children, whose birth dates open her account.
    pub children: Vec<Member>,
}

/// One of each kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// A pupil, the parent's first child.
    pub pupil: Member,
    /// Code of her class.
    pub class: String,
    /// A parent.
    pub parent: Parent,
    /// A teacher of the pupil's establishment.
    pub teacher: Member,
    /// The head of the pupil's establishment.
    pub head: Member,
}

pub(super) fn cast(region: &Region) -> Option<Cast> {
    let day = region.days().next()?;
    let academy = day.academy;
    let code: AcademyCode = academy.code.parse().ok()?;
    let family = day.family(0)?;
    let children: Vec<Member> = family
        .children
        .iter()
        .map(|child| Member {
            academy: code,
            id: child.id.to_string(),
            first: child.first.to_owned(),
            last: child.last.clone(),
            birth_date: child.birth_date,
            uai: child.uai.clone(),
        })
        .collect();
    let pupil = children.first()?.clone();
    let class = family.children.first()?.class.clone();
    let adult = family.adults.first()?;
    let [head, teacher] = staff_numbers(region)?;
    Some(Cast {
        parent: Parent {
            person: Member {
                academy: code,
                id: adult.id.to_string(),
                first: adult.first.to_owned(),
                last: adult.last.clone(),
                birth_date: None,
                uai: pupil.uai.clone(),
            },
            children,
        },
        pupil,
        class,
        teacher: staff(&day, teacher)?,
        head: staff(&day, head)?,
    })
}

/// Head and teacher, by number in the first academy.
pub(super) fn staff_numbers(region: &Region) -> Option<[u64; 2]> {
    let day = region.days().next()?;
    let family = day.family(0)?;
    let school = &family.children.first()?.school;
    let mut schools = day.academy.schools.iter();
    let at = u64::try_from(schools.position(|known| known.id == *school)?).ok()?;
    let schools = u64::try_from(day.academy.schools.len()).ok()?;
    // The first round fills the heads, the second one teachers.
    Some([at, schools + at])
}

fn staff(day: &Day<'_>, number: u64) -> Option<Member> {
    let member = day.staff_member(number)?;
    Some(Member {
        academy: day.academy.code.parse().ok()?,
        id: member.id.to_string(),
        first: member.first.to_owned(),
        last: member.last,
        birth_date: member.birth_date,
        uai: member
            .schools
            .first()
            .map(|school: &School| school.uai.clone())?,
    })
}
