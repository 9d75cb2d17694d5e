//! What a later day makes of the region: everything is drawn from the seed, the day and the number of the
//! family or of the member of staff, so that any day can be written without holding the one before.

use super::family::Family;
use super::plan::Academy;
use super::school::{Nature, another_patron};
use super::staff::StaffMember;
use super::{Day, Region, cast, later_people, later_staff};
use crate::words::Dice;
use std::collections::BTreeSet;

/// Newcomers come by families, one in so many; a single child joins her brothers and sisters in
/// [`later_people::SIBLINGS`].
const NEW_FAMILIES: u64 = 150;
/// One new member of staff in so many.
const NEW_STAFF: u64 = 250;

pub(super) fn next_day(region: &Region) -> Region {
    let mut next = region.clone();
    next.still = cast::staff_numbers(region).map_or_else(Vec::new, |numbers| numbers.to_vec());
    for academy in &mut next.academies {
        academy.earlier.push((academy.families, academy.staff));
        // Somebody comes to the first academy, however small it is.
        let least = u64::from(academy.index == 0);
        academy.families += share(academy.families, NEW_FAMILIES).max(least);
        academy.staff += share(academy.staff, NEW_STAFF).max(least);
    }
    rename(region, &mut next);
    next
}

/// One in so many, rounded.
const fn share(count: u64, every: u64) -> u64 {
    (count + every / 2) / every
}

/// A collège of the first academy takes the name of somebody else; never one of the cast's, nor one whose
/// name is that of its cité scolaire.
fn rename(region: &Region, next: &mut Region) {
    let family = region.days().next().and_then(|day| day.family(0));
    let children = family.iter().flat_map(|family| &family.children);
    let cast: BTreeSet<&str> = children.map(|child| child.school.as_str()).collect();
    let Some(academy) = next.academies.first_mut() else {
        return;
    };
    let day = academy.earlier.len();
    let fit = academy.schools.iter_mut().rev().filter(|school| {
        school.nature == Nature::College
            && school.attached_to.is_empty()
            && !cast.contains(school.id.as_str())
    });
    let mut fit: Vec<_> = fit.collect();
    let turn = day.saturating_sub(1).checked_rem(fit.len()).unwrap_or(0);
    if let Some(school) = fit.get_mut(turn) {
        school.patron = another_patron(school.patron);
    }
}

/// Lets the days pass for a family that was there before; it may be left without children.
pub(super) fn family(day: &Day<'_>, number: u64, family: &mut Family) {
    let academy = day.academy;
    // The family of the cast stays as it is.
    if academy.index == 0 && number == 0 {
        return;
    }
    for (passed, (families, _)) in days_passed(academy) {
        if number < families {
            let dice = |what| Dice::of(day.seed, &[what, passed, academy.index, number]);
            later_people::pass(academy, number, family, &dice);
        }
    }
}

/// Lets the days pass for a member of staff who was there before; `None` once she has left.
pub(super) fn staff(day: &Day<'_>, number: u64, mut member: StaffMember) -> Option<StaffMember> {
    let academy = day.academy;
    if academy.index == 0 && day.still.contains(&number) {
        return Some(member);
    }
    for (passed, (_, staff)) in days_passed(academy) {
        if number < staff {
            let mut dice = Dice::of(day.seed, &[12, passed, academy.index, number]);
            let sure = sure_turn(day, number);
            member = later_staff::pass(academy, (number, sure), member, &mut dice)?;
        }
    }
    Some(member)
}

/// Days that passed, from 1, each with what the day before it counted.
fn days_passed(academy: &Academy) -> impl Iterator<Item = (u64, (u64, u64))> {
    (1..).zip(academy.earlier.iter().copied())
}

/// The first teachers of the first academy, the cast's left out, take one turn each, so that the smallest
/// region shows all of them.
fn sure_turn(day: &Day<'_>, number: u64) -> Option<u64> {
    let schools = u64::try_from(day.academy.schools.len()).ok()?;
    let at = number.checked_sub(schools).filter(|at| *at < schools)?;
    let before = day.still.iter().filter(|known| {
        let round = (schools..schools * 2).contains(*known);
        round && **known < number
    });
    let before = u64::try_from(before.count()).ok()?;
    (day.academy.index == 0).then_some(at - before)
}
