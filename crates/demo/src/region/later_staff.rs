//! What happens to staff in a day.

use super::plan::Academy;
use super::staff::{Duty, StaffMember, round};
use crate::words::Dice;

#[derive(Clone, Copy, Debug)]
enum Turn {
    /// To another establishment of the academy.
    Moves,
    /// Other classes in the same establishments.
    Classes,
    /// Head teacher of another class, or of none.
    HeadTeacher,
    /// Another function.
    Function,
    Leaves,
}

impl Turn {
    const fn sure(turn: u64) -> Option<Self> {
        match turn {
            0 => Some(Self::Moves),
            1 => Some(Self::Classes),
            2 => Some(Self::HeadTeacher),
            3 => Some(Self::Function),
            4 => Some(Self::Leaves),
            _ => None,
        }
    }

    fn drawn(dice: &mut Dice) -> Option<Self> {
        match dice.below(1000) {
            0..8 => Some(Self::Moves),
            8..28 => Some(Self::Classes),
            28..36 => Some(Self::HeadTeacher),
            36..40 => Some(Self::Function),
            40..44 => Some(Self::Leaves),
            _ => None,
        }
    }
}

/// Lets a day pass for a member of staff, by her number; `sure` is a turn that she takes for sure. `None`
/// when she leaves. Heads of establishments stay.
pub(super) fn pass(
    academy: &Academy,
    (number, sure): (u64, Option<u64>),
    mut member: StaffMember,
    dice: &mut Dice,
) -> Option<StaffMember> {
    if member.duty == Duty::Head {
        return Some(member);
    }
    let drawn = Turn::drawn(dice);
    let round = round(academy, number);
    match sure.and_then(Turn::sure).or(drawn) {
        Some(Turn::Leaves) => return None,
        Some(Turn::Moves) => moves(academy, round, &mut member, dice),
        Some(Turn::Classes) => changes_classes(&mut member),
        Some(Turn::HeadTeacher) => changes_lead(&mut member),
        Some(Turn::Function) => changes_function(round, &mut member, dice),
        None => {}
    }
    Some(member)
}

fn moves(academy: &Academy, round: u64, member: &mut StaffMember, dice: &mut Dice) {
    let hers = |id: &String| member.schools.iter().any(|school| school.id == *id);
    let others: Vec<_> = academy.schools.iter().filter(|it| !hers(&it.id)).collect();
    let (Some(school), Some(first)) = (dice.one_of(&others), member.schools.first_mut()) else {
        return;
    };
    *first = (*school).clone();
    teaches_anew(round, member, dice);
}

/// Other classes in all her schools, and the lead of one of them perhaps.
fn teaches_anew(round: u64, member: &mut StaffMember, dice: &mut Dice) {
    member.classes.clear();
    member.heads = None;
    if member.duty == Duty::Teacher {
        member.assign_classes(round, dice);
    }
}

/// Gives up her last class, unless she leads it, and takes one that she had not.
fn changes_classes(member: &mut StaffMember) {
    let before = member.classes.clone();
    if before.last() != member.heads.as_ref() {
        member.classes.pop();
    }
    let taken = member.schools.first().and_then(|school| {
        let all = school.all_classes().into_iter();
        let mut all = all.map(|(_, code)| (school.id.clone(), code));
        all.find(|class| member.duty == Duty::Teacher && !before.contains(class))
    });
    member.classes.extend(taken);
    member.classes.sort();
}

fn changes_lead(member: &mut StaffMember) {
    let heads = member.heads.take();
    let mut others = member.classes.iter();
    member.heads = match heads {
        None => others.next().cloned(),
        Some(led) => others.find(|class| **class > led).cloned(),
    };
}

/// Rises, or teaches where she did not.
fn changes_function(round: u64, member: &mut StaffMember, dice: &mut Dice) {
    member.duty = match member.duty {
        Duty::Teacher | Duty::Counsellor => Duty::Deputy,
        Duty::Assistant => Duty::Counsellor,
        Duty::Office | Duty::Laboratory => Duty::Assistant,
        Duty::Librarian => Duty::Teacher,
        Duty::Head | Duty::Deputy => return,
    };
    member.schools.truncate(1);
    teaches_anew(round, member, dice);
}
