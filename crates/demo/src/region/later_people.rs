//! What happens to families in a day.

use super::family::{Adult, Child, Family, child};
use super::plan::Academy;
use super::school::CLASSES;
use crate::words::{Dice, last_name};

/// Families in a thousand whom a child joins.
pub(super) const SIBLINGS: u64 = 5;
/// Adults in a thousand who bear another name.
const OTHER_NAMES: u64 = 5;
/// Families in a thousand, of those with two representatives, one of whom no longer is.
const NO_LONGER_LEGAL: u64 = 2;

/// Lets a day pass; `dice` are thrown by what they are thrown for.
pub(super) fn pass(
    academy: &Academy,
    number: u64,
    family: &mut Family,
    dice: &dyn Fn(u64) -> Dice,
) {
    let mut own = dice(7);
    // Each child has dice of her own, whoever is or was beside her.
    family.children.retain_mut(|child| {
        let rank = child.id % 4;
        let mut hers = dice(8 + rank);
        turn(academy, child, &mut hers)
    });
    for adult in &mut family.adults {
        if own.below(1000) < OTHER_NAMES {
            rename(adult, &mut own);
        }
    }
    if own.below(1000) < SIBLINGS && !family.children.is_empty() {
        let place = (3, family.sector);
        let joins = child(academy, number, place, &family.name, &mut own);
        let known = |joins: &Child| family.children.iter().any(|child| child.id == joins.id);
        family.children.extend(joins.filter(|joins| !known(joins)));
    }
    if own.below(1000) < NO_LONGER_LEGAL && family.contact.is_none() && family.adults.len() > 1 {
        let adult = family.adults.pop();
        family.contact = adult.map(|adult| Adult { legal: 0, ..adult });
    }
}

/// What a day brings a pupil; `false` when she leaves.
fn turn(academy: &Academy, child: &mut Child, dice: &mut Dice) -> bool {
    match dice.below(1000) {
        0..10 => return false,
        10..40 => change_class(academy, child, dice),
        40..45 => change_school(academy, child, dice),
        45..48 => correct_name(child, dice),
        _ => {}
    }
    true
}

/// Another class of her level; where there is none, one of a neighbouring level.
fn change_class(academy: &Academy, child: &mut Child, dice: &mut Dice) {
    let mut schools = academy.schools.iter();
    let Some(school) = schools.find(|school| school.id == child.school) else {
        return;
    };
    let all = school.all_classes();
    let of_stage = |wanted: &dyn Fn(u64) -> bool| -> Vec<_> {
        let other = all.iter().filter(|(_, code)| *code != child.class);
        other.filter(|(level, _)| wanted(level.stage)).collect()
    };
    let mut fit = of_stage(&|stage| stage == child.level.stage);
    if fit.is_empty() {
        fit = of_stage(&|stage| stage.abs_diff(child.level.stage) == 1);
    }
    if let Some((level, code)) = dice.one_of(&fit) {
        child.level = level;
        child.class.clone_from(code);
    }
}

/// Another establishment of the academy that has her stage.
fn change_school(academy: &Academy, child: &mut Child, dice: &mut Dice) {
    let others = academy.schools.iter().filter(|it| it.id != child.school);
    let fit: Vec<_> = others
        .filter_map(|school| {
            let mut levels = school.nature.levels();
            let level = levels.find(|level| level.stage == child.level.stage);
            level.map(|level| (school, level))
        })
        .collect();
    let Some((school, level)) = dice.one_of(&fit) else {
        return;
    };
    let letter = usize::try_from(dice.below(school.classes)).ok();
    let Some(letter) = letter.and_then(|at| CLASSES.get(at)) else {
        return;
    };
    child.school.clone_from(&school.id);
    child.uai.clone_from(&school.uai);
    child.level = level;
    child.class = format!("{}{letter}", level.prefix);
}

/// Her usual first name is another of hers, or her family name was incomplete.
fn correct_name(child: &mut Child, dice: &mut Dice) {
    if child.first != child.others && dice.chance(50) {
        core::mem::swap(&mut child.first, &mut child.others);
    } else {
        child.last = format!("{}-{}", child.last, last_name(dice));
    }
}

/// Takes a name, or takes hers again.
fn rename(adult: &mut Adult, dice: &mut Dice) {
    adult.last = if adult.last == adult.birth_name {
        format!("{}-{}", adult.birth_name, last_name(dice))
    } else {
        adult.birth_name.clone()
    };
}
